import Advisor
import Foundation
import Recordings

/// Speed of the advisor, and a random search for better size classes than it advises.
struct AdviceMeasurement {
  private var lines: [String] = []

  init(_ recordings: [String], searchSeconds: Double) throws {
    lines.append(AdviceMeasurement.optimizing())
    for path in recordings {
      Progress.show("\(path): profile, advice, \(searchSeconds) s of random search")
      let recording = try Recording(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
      let start = ContinuousClock.now
      let advice = try? Advice(for: recording, events: recording.eventCount, AdviceOptions())
      let seconds = Double(start.duration(to: .now) / .microseconds(1)) / 1e6
      guard let advice else {
        lines.append("\(recording.name): no advice")
        continue
      }
      let search = RandomSearch(advice.demand, classes: advice.classes, seconds: searchSeconds)
      let rate = Double(recording.eventCount) / seconds / 1e6
      lines.append(
        "\(recording.name): advised in \(rounded(seconds)) s with its replays, \(rounded(rate)) million events/s; "
          + "\(search.tried) other sets of \(advice.classes.count) tried, "
          + (search.best < search.start * (1 - 1e-12)
            ? "one is better by \(search.start - search.best) bytes" : "none is better"))
    }
  }

  var text: String { lines.joined(separator: "\n") }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

  /// Measures the optimiser on 64 classes over 1,024 sizes.
  private static func optimizing() -> String {
    var random = SearchRandom(state: 7)
    let sizes = (0..<1024).map { 8 + $0 * 8 }
    let weights = sizes.map { _ in Double(random.below(2000)) }
    let times = (0..<5).map { _ in
      let start = ContinuousClock.now
      let sets = ClassOptimizer(sizes: sizes, weights: weights, costs: ClassCosts(overheadBytes: 0)).bestSets(upTo: 64)
      precondition(sets.count == 64, "a set for each number of classes")
      return Double(start.duration(to: .now) / .microseconds(1)) / 1000
    }
    return "64 classes over 1,024 sizes: \(times.sorted()[2]) ms"
  }
}

/// Random search over sets of equally many classes: it changes one class at a time, and restarts at random.
private struct RandomSearch {
  private(set) var tried = 0
  private(set) var best = Double.infinity
  let start: Double

  init(_ demand: SizeDemand, classes: [ClassOptimizer.Class], seconds: Double) {
    let costs = ClassCosts(overheadBytes: 0)
    let weights = demand.objectiveWeights(.peak)
    let candidates = Array(Set(demand.sizes.map { ($0 + 7) / 8 * 8 })).sorted()
    func slabBytes(_ ends: [Int]) -> Double {
      var objects = [Double](repeating: 0, count: ends.count)
      var position = 0
      for (size, weight) in zip(demand.sizes, weights) {
        while ends[position] < size { position += 1 }
        objects[position] += weight
      }
      return zip(ends, objects).reduce(0) { $0 + costs.cost(size: $1.0, objects: $1.1).bytes }
    }
    var current = classes.map(\.size)
    start = slabBytes(current)
    best = start
    guard current.count < candidates.count, let last = candidates.last else { return }
    var (random, currentBytes) = (SearchRandom(state: 99), start)
    let clock = ContinuousClock.now
    while Double(clock.duration(to: .now) / .milliseconds(1)) < seconds * 1000 {
      for _ in 0..<500 {
        var next = current
        if random.below(200) == 0 {
          next = Array(candidates.shuffled(using: &random).prefix(current.count - 1)).sorted() + [last]
        } else {
          next[random.below(next.count)] = candidates[random.below(candidates.count)]
        }
        next = Set(next + [last]).sorted()
        guard next.count <= current.count else { continue }
        let bytes = slabBytes(next)
        tried += 1
        // A slightly worse set is accepted at times, to leave local optima.
        if bytes <= currentBytes * (random.below(20) == 0 ? 1.02 : 1) { (current, currentBytes) = (next, bytes) }
        best = min(best, bytes)
      }
    }
  }
}

private struct SearchRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
}
