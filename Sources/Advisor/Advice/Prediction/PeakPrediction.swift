import Recordings
import Workloads

/// Prediction of the slab memory at the peak under a policy with other general caches, from a replay under the base policy and from
/// the model of both policies.
///
/// At each moment, the prediction is the replayed slab memory under the base policy plus the modelled difference between the two
/// policies. What the model misses for both, such as caches with a name, does not change the difference.
enum PeakPrediction {
  /// Returns the predicted slab memory at the peak in bytes.
  /// - Parameters:
  ///   - policy: The policy with other general caches.
  ///   - base: The policy of the replay.
  ///   - replay: Replay of the events under the base policy.
  ///   - runner: Runner of the replay.
  ///   - startChange: Bytes that the slabs of objects from before the recording take more under the other policy.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events).
  static func peakBytes(
    under policy: Policy, base: Policy, _ replay: ShadowReplay, _ runner: ReplayRunner, startChange: Int
  ) throws -> Int {
    let (old, new) = try Concurrently.both {
      try runner.modelledPeaks(base)
    } _: {
      try runner.modelledPeaks(policy)
    }
    var (peak, replayed) = (0, 0)
    for (moment, bytes) in replay.highestSlabBytes.enumerated() {
      peak = max(peak, bytes + startChange + new[moment] - old[moment])
      replayed = max(replayed, bytes)
    }
    // The replay's peak lies between two samples, so it is higher than at any of them.
    return peak + replay.peakBytes - replayed
  }
}

extension ReplayRunner {
  /// Returns the largest slab memory of a policy's general caches up to each moment since the moment before, by the model.
  fileprivate func modelledPeaks(_ policy: Policy) throws -> [Int] {
    var source: any AllocationEventSource = window
    source.rewind()
    var tally = ModelledTraffic(
      SlabMemoryModel(policy, cpus: source.cpuCount, start: start), try RequestSizes(of: source))
    var (peaks, batch, events) = ([Int](), [AllocationEvent](), 0)
    while peaks.count < eventCounts.count {
      try source.nextBatch(into: &batch)
      for event in batch {
        tally.add(event, source.symbols)
        events += 1
        while peaks.count < eventCounts.count, events == eventCounts[peaks.count] { peaks.append(tally.removePeak()) }
      }
      if batch.isEmpty { peaks += Array(repeating: tally.removePeak(), count: eventCounts.count - peaks.count) }
    }
    return peaks
  }
}

/// Events that are counted by a model, and the largest slab memory.
private struct ModelledTraffic {
  private var model: SlabMemoryModel
  private var sizes: RequestSizes
  private var allocations = 0
  private var peak = 0
  /// Kind of the requests whose cache is the symbol, and whether the symbol is a call site of the allocator itself.
  private var symbolKinds: [KmallocKind] = []
  private var isAllocatorInternal: [Bool] = []

  init(_ model: SlabMemoryModel, _ sizes: RequestSizes) { (self.model, self.sizes) = (model, sizes) }

  /// Returns the largest slab memory since the last call in bytes.
  mutating func removePeak() -> Int {
    defer { peak = model.bytes }
    return peak
  }

  mutating func add(_ event: AllocationEvent, _ symbols: [String]) {
    switch event.outcome {
    case .freed: model.free(slot: Int(event.slot), on: Int(event.cpu))
    case .allocated, .allocatedOverLive:
      var event = event
      _ = sizes.apply(to: &event, allocation: allocations, symbols: symbols)
      allocations += 1
      readSymbols(symbols)
      guard event.kind == .kmalloc, !isAllocatorInternal[Int(event.site)] else {
        return model.free(slot: Int(event.slot), on: Int(event.cpu))
      }
      model.allocate(event, kind: event.cache == AllocationEvent.noCache ? .normal : symbolKinds[Int(event.cache)])
      peak = max(peak, model.bytes)
    case .failed, .unmatched, .null, .zeroSize: break
    }
  }

  private mutating func readSymbols(_ symbols: [String]) {
    while symbolKinds.count < symbols.count {
      let symbol = symbols[symbolKinds.count]
      symbolKinds.append(KmallocKind.parse(symbol)?.kind ?? .normal)
      isAllocatorInternal.append(AllocatorCallSites.contains(symbol))
    }
  }
}
