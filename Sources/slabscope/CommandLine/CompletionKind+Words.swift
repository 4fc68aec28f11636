import ArgumentParser
import Dashboard
import Telemetry
import TerminalUI
import Workloads

/// What a shell offers for the words of this program: names that the program knows, and files by their extension.
extension CompletionKind {
  /// Every kind of input.
  static let input = words(
    ["slabtrace", "slabprofile", "history", "toml", "json", "jsonl", "slabinfo", "txt", "csv"]
  ) { Input.names }
  /// Recordings and workloads.
  static let events = words(["slabtrace", "toml"]) { WorkloadCatalog.names + BundledRecordings.names }
  static let recording = words(["slabtrace"]) { BundledRecordings.names }
  /// Recordings and profiles.
  static let recordingOrProfile = words(["slabtrace", "slabprofile"]) { BundledRecordings.names }
  static let workload = words(["toml"]) { WorkloadCatalog.names }
  static let policy = words(["toml"]) { Policy.presets.map(\.name) }
  static let theme = words(["toml"]) { Theme.builtIn.map(\.name) }
  static let layout = list(Panes.Preset.allCases.map(\.rawValue))
  /// Names of columns, with commas between them.
  static let columns = custom { _, _, prefix in
    CompletionWords.continuing(list: prefix, with: CacheColumn.allCases.map(\.rawValue))
  }
  /// The name of a column of a snapshot.
  static let snapshotColumn = list(Figure.columnNames)
  /// Names of columns of a snapshot, with commas between them.
  static let snapshotColumns = custom { _, _, prefix in
    CompletionWords.continuing(list: prefix, with: Figure.columnNames)
  }
  /// A cache of the running kernel.
  static let kernelCache = custom { _, _, prefix in
    CompletionWords.kernelCaches().filter { $0.hasPrefix(prefix) }
  }

  /// Known names, and files with one of these extensions.
  private static func words(
    _ extensions: [String], _ names: @escaping @Sendable () -> [String]
  ) -> CompletionKind {
    custom { _, _, prefix in
      names().filter { $0.hasPrefix(prefix) } + CompletionWords.files(beginning: prefix, extensions: extensions)
    }
  }
}
