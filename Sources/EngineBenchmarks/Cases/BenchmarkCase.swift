import Foundation
import Recordings

/// What contenders are measured on.
struct BenchmarkCase {
  /// As in results.
  let name: String
  /// As child processes know it.
  let key: String
  /// The file of a recording's operations.
  var operations: String?
  /// Who can't take part.
  var withoutFloor = false

  /// A recording, boiled down to a file of operations.
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
