import BenchmarkContenders
import Foundation
import Recordings

/// Case on which all contenders are measured: a recording or a pattern.
struct BenchmarkCase {
  /// Name in the results.
  let name: String
  /// Argument that selects the case in a child process.
  let key: String
  /// Path of the file with a recording's operations; nil for a pattern.
  var operations: String?
  /// Whether the floors cannot run this case, since it has two threads.
  var withoutFloor = false

  /// Creates a case that replays a recording; its operations are written to a file.
  init(recording path: String, operations: String) throws {
    var source: Recording
    do {
      source = try Recording(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
    } catch {
      throw BenchmarkError("\(path): \(error)")
    }
    try OperationStream(&source).write(to: operations)
    name = (path as NSString).lastPathComponent
    key = "replay"
    self.operations = operations
  }

  private init(_ name: String, key: String, withoutFloor: Bool = false) {
    self.name = name
    self.key = key
    self.withoutFloor = withoutFloor
  }

  static let patterns = [
    BenchmarkCase("hot pair, named cache", key: "pair-named"),
    BenchmarkCase("hot pair, kmalloc and kfree", key: "pair-general"),
    BenchmarkCase("batches of 64", key: "batches"),
    BenchmarkCase("producer and consumer threads", key: "handover", withoutFloor: true),
  ]
}
