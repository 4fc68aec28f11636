import Dispatch
import FoundationEssentials
import Synchronization

/// Work on several threads whose result does not depend on their number.
enum Concurrently {
  /// Largest number of threads. Each replay has its own machine, so that memory grows with the number of threads.
  static let mostThreads = 4

  /// Returns the results of a function for each element, in the order of the elements.
  /// - Throws: The error of the first element, in the order of the elements, for which the function throws.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let threads = min(elements.count, mostThreads, max(1, ProcessInfo.processInfo.activeProcessorCount))
    guard threads > 1 else { return try elements.map(transform) }
    let next = Atomic(0)
    let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < elements.count else { return }
        let result = Swift.Result { try transform(elements[index]) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }

  /// Returns the results of two functions that run at the same time.
  /// - Throws: The error of the first function, or else that of the second.
  static func both<First: Sendable, Second: Sendable>(
    _ first: @Sendable () throws -> First, _ second: @Sendable () throws -> Second
  ) throws -> (First, Second) {
    let one = Mutex<First?>(nil)
    let two = Mutex<Second?>(nil)
    _ = try map([true, false]) { isFirst in
      if isFirst {
        let result = try first()
        one.withLock { $0 = result }
      } else {
        let result = try second()
        two.withLock { $0 = result }
      }
    }
    guard let first = one.withLock({ $0 }), let second = two.withLock({ $0 }) else {
      preconditionFailure("a function that did not throw has no result")
    }
    return (first, second)
  }
}
