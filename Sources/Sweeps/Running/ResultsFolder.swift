import FoundationEssentials
import Glibc
import Telemetry
import TextOutput

/// Folder of the results of a sweep, which tasks on several hosts may share: `cells/KEY.jsonl` is the result of a cell.
///
/// A result is written to a temporary file that is renamed when it is complete, so that a file with a result is a whole one.
/// Tasks that compute the same cell write equal figures; the last of them remains.
package struct ResultsFolder: Sendable, Hashable {
  /// Path of the folder.
  package let path: String

  /// Names the folder, which need not exist.
  package init(_ path: String) { self.path = path }

  /// Folder of the results of cells.
  package var cells: String { path.appendingPathComponent("cells") }
  /// Folder of the output of Slurm's tasks.
  package var logs: String { path.appendingPathComponent("logs") }

  /// Returns the path of the result of a cell.
  package func file(of cell: SweepCell) -> String { cells.appendingPathComponent(cell.key + ".jsonl") }

  /// Creates the folder and the folders in it, unless they exist.
  /// - Throws: ``SweepError`` with the path and the remedy.
  package func create() throws(SweepError) {
    for folder in [cells, logs] {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw SweepError(
          "\(folder): the folder cannot be created; check the permissions of \(path), or name another folder: --results DIR"
        )
      }
    }
  }

  /// Returns the result of a cell; nil if it is missing. A file that is not a whole result of this cell, because the file
  /// system has lost a part of it, counts as missing, so that the cell runs again.
  package func result(of cell: SweepCell) -> CellResult? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: file(of: cell))), let result = CellResult(line: data),
      result.cell.isSameReplay(as: cell)
    else { return nil }
    var named = result
    named.cell.input = cell.input
    return named
  }

  /// Writes the result of a cell.
  /// - Throws: ``SweepError`` with the path and the remedy.
  package func write(_ result: CellResult) throws(SweepError) {
    do {
      try AtomicFile.write(Array(result.line().utf8), to: file(of: result.cell))
    } catch {
      throw SweepError("\(error)")
    }
  }
}
