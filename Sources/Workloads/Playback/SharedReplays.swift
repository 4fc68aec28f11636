package import Recordings
import SlabEngine
import Synchronization

/// Replays of the same events on several threads, for which each batch of events is decoded once.
package enum SharedReplays {
  /// Largest number of replays at the same time. Each replay has its own machine, so that memory grows with their number.
  package static let mostReplays = 4

  /// Returns the results of a replay for each element, in the order of the elements. The results do not depend on the threads.
  /// - Parameters:
  ///   - elements: the parameters of the replays.
  ///   - source: the source of the events of each replay.
  ///   - replay: plays the events of a source with the parameters. It must release the source when it returns.
  /// - Throws: the error of the first element, in the order of the elements, whose replay throws.
  package static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], of source: any AllocationEventSource,
    _ replay: @escaping @Sendable (Element, any AllocationEventSource) throws -> Result
  ) throws -> [Result] {
    // Groups of equal size, because a group lasts as long as its slowest replay.
    let groups = max(1, (elements.count + mostReplays - 1) / mostReplays)
    var results: [Swift.Result<Result, any Error>] = []
    for group in 0..<groups {
      let range = elements.count * group / groups..<elements.count * (group + 1) / groups
      results += run(Array(elements[range]), of: source, replay)
    }
    return try results.map { try $0.get() }
  }

  /// Runs a group of replays at the same time.
  private static func run<Element: Sendable, Result: Sendable>(
    _ elements: [Element], of source: any AllocationEventSource,
    _ replay: @escaping @Sendable (Element, any AllocationEventSource) throws -> Result
  ) -> [Swift.Result<Result, any Error>] {
    guard elements.count > 1 else { return elements.map { element in Swift.Result { try replay(element, source) } } }
    let shared = SharedEvents(source, readers: elements.count)
    let results = SharedResults<Swift.Result<Result, any Error>>(count: elements.count)
    let threads = elements.indices.map { index in
      JoinableThread {
        let reader = shared.reader(index)
        results.set(index, Swift.Result { try replay(elements[index], reader) })
      }
    }
    for thread in threads { thread.join() }
    return results.all
  }
}

/// Results that several threads set, one each.
private final class SharedResults<Value: Sendable>: Sendable {
  private let values: Mutex<[Value?]>

  init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }

  var all: [Value] { values.withLock { $0 }.compactMap(\.self) }
}
