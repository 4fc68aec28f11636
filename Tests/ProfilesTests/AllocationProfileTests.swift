import Profiles
import Recordings
import Testing

/// Collecting, merging and subtracting profiles of random traffic.
struct AllocationProfileTests {
  private func profile(_ seed: UInt64, events count: Int = 2_000, name: String? = nil) -> AllocationProfile {
    var traffic = RandomTraffic(seed: seed)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(traffic.events(count), symbols: RandomTraffic.symbols)
    return collector.profile(name: name ?? "host \(seed)")
  }

  @Test("Every figure of every context equals that of a simple reference", arguments: [1, 2, 3] as [UInt64])
  func figures(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    let events = traffic.events(1_500)
    let reference = ReferenceProfile(events, RandomTraffic.symbols)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    // The parts in which the events arrive do not matter.
    for start in stride(from: 0, to: events.count, by: 97) {
      collector.add(Array(events[start..<min(start + 97, events.count)]), symbols: RandomTraffic.symbols)
    }
    let profile = collector.profile(name: "random")
    #expect(profile.contexts == reference.figures.keys.sorted())
    for (index, context) in profile.contexts.enumerated() {
      #expect(profile.figures[index] == reference.figures[context], "\(context)")
      #expect(profile.liveObjectsAtPeak?[index] == reference.liveAtPeak[context] ?? 0, "\(context)")
      #expect(profile[context] == profile.figures[index])
    }
    for (cpus, count) in reference.freesByCPU { #expect(profile.freesByCPU[cpus[0]][cpus[1]] == count) }
    #expect(profile.freesByCPU.joined().reduce(0, +) == reference.freesByCPU.values.reduce(0, +))
    #expect(profile.failedAllocations == events.count { $0.outcome == .failed })
    #expect(profile.unmatchedFrees == events.count { $0.outcome == .unmatched })
  }

  @Test("Allocated objects are freed, freed unseen or live")
  func balance() {
    for figures in profile(4).figures {
      #expect(figures.allocObjects == figures.freeObjects + figures.unseenFrees + figures.liveObjects)
      #expect(figures.lifetimes.count == figures.freeObjects && figures.ages.count == figures.liveObjects)
      #expect(figures.remoteFrees <= figures.freeObjects && figures.liveObjects <= figures.peakLiveObjects!)
    }
  }

  @Test("Moments hold the live objects at their time, and the peaks of sizes since the moment before")
  func moments() throws {
    var traffic = RandomTraffic(seed: 5)
    let events = traffic.events(64 * 40)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(events, symbols: RandomTraffic.symbols)
    let profile = collector.profile(name: "random")
    #expect(profile.moments.count == 40)
    let inTime = profile.moments.sorted { $0.microseconds < $1.microseconds }
    for (number, moment) in inTime.enumerated() {
      let before = ReferenceProfile(Array(events.prefix(64 * (number + 1))), RandomTraffic.symbols)
      for (index, context) in profile.contexts.enumerated() {
        #expect(Int(moment.liveObjects[index]) == before.figures[context]?.liveObjects ?? 0)
      }
      for (index, size) in profile.sizes.enumerated() {
        let live = zip(profile.contexts, moment.liveObjects)
          .filter { $0.0.requestedBytes == size && $0.0.cache.hasPrefix("kmalloc") }.reduce(0) { $0 + $1.1 }
        #expect(moment.peakObjectsBySize[index] >= live)
      }
    }
  }

  @Test("A long source has at most as many moments as promised, over its whole length")
  func boundedMoments() {
    let long = profile(6, events: 40_000)
    #expect((AllocationProfile.momentCount / 2...AllocationProfile.momentCount).contains(long.moments.count))
    let times = long.moments.map(\.microseconds).sorted()
    let duration = long.sources[0].microseconds
    #expect(times.first! < duration / 50 && times.last! > duration * 49 / 50)
  }

  // MARK: Laws

  @Test("Merging is associative and commutative, and the empty profile is neutral")
  func merging() {
    let (a, b, c) = (profile(7), profile(8, events: 300), profile(9, events: 20_000))
    #expect(a.merged(with: b) == b.merged(with: a))
    #expect(a.merged(with: b).merged(with: c) == a.merged(with: b.merged(with: c)))
    #expect(c.merged(with: a).merged(with: b) == b.merged(with: c).merged(with: a))
    #expect(a.merged(with: .empty) == a && AllocationProfile.empty.merged(with: a) == a)
  }

  @Test("Profiles of machines with different numbers of CPUs are merged")
  func differentCPUs() {
    let source = ProfileSource(name: "a", events: 1, microseconds: 1)
    let small = AllocationProfile(source: source, figures: [], freesByCPU: [[5]])
    let large = AllocationProfile(source: source, figures: [], freesByCPU: [[1, 2], [3, 4]])
    #expect(small.merged(with: large).freesByCPU == [[6, 2], [3, 4]])
    #expect(large.subtracting(small).freesByCPU == [[-4, 2], [3, 4]])
  }

  @Test("A merged profile has the sums of the counts, and says that its peaks are upper bounds")
  func sums() {
    let (a, b) = (profile(10), profile(11))
    let both = a.merged(with: b)
    #expect(both.events == a.events + b.events && both.sources.count == 2 && both.peaksAreUpperBounds)
    #expect(!a.peaksAreUpperBounds)
    for (context, figures) in zip(both.contexts, both.figures) {
      let (one, two) = (a[context] ?? AllocationFigures(), b[context] ?? AllocationFigures())
      #expect(figures.allocObjects == one.allocObjects + two.allocObjects)
      #expect(figures.peakLiveObjects == (one.peakLiveObjects ?? 0) + (two.peakLiveObjects ?? 0))
    }
  }

  @Test("The merge of two profiles without one of them has the counts of the other")
  func subtracting() {
    let (a, b) = (profile(12), profile(13, events: 500))
    let rest = a.merged(with: b).subtracting(a)
    #expect(rest.sources == b.sources && rest.freesByCPU == b.freesByCPU)
    #expect(rest.failedAllocations == b.failedAllocations && rest.unmatchedFrees == b.unmatchedFrees)
    #expect(rest.contexts == b.contexts)
    for (one, two) in zip(rest.figures, b.figures) {
      var counts = two
      counts.peakLiveObjects = nil
      #expect(one == counts)
    }
    #expect(rest.liveObjectsAtPeak == nil && rest.moments.isEmpty)
    #expect(a.subtracting(a).contexts.isEmpty)
  }

  @Test("Repetitions end with unseen frees of the live objects", arguments: [0, 1, 3])
  func repeating(count: Int) {
    let (whole, last) = (profile(15), profile(16, events: 500))
    let repeated = whole.repeated(count, then: last)
    #expect(repeated.moments.count == last.moments.count && (count > 0) == (repeated.liveObjectsAtPeak == nil))
    let contexts = count == 0 ? Set(last.contexts) : Set(whole.contexts).union(last.contexts)
    #expect(Set(repeated.contexts) == contexts && repeated.contexts == repeated.contexts.sorted())
    for (context, figures) in zip(repeated.contexts, repeated.figures) {
      let (one, rest) = (whole[context] ?? AllocationFigures(), last[context] ?? AllocationFigures())
      #expect(figures.allocObjects == count * one.allocObjects + rest.allocObjects)
      #expect(figures.unseenFrees == count * (one.unseenFrees + one.liveObjects) + rest.unseenFrees)
      #expect(figures.liveObjects == rest.liveObjects && figures.liveBytes == rest.liveBytes)
      #expect(figures.allocObjects == figures.freeObjects + figures.unseenFrees + figures.liveObjects)
      #expect(figures.lifetimes.count == figures.freeObjects)
    }
    let frees = count * whole.freesByCPU.joined().reduce(0, +) + last.freesByCPU.joined().reduce(0, +)
    #expect(repeated.freesByCPU.joined().reduce(0, +) == frees)
    #expect(repeated.failedAllocations == count * whole.failedAllocations + last.failedAllocations)
  }

  @Test(
    "The profile of traffic equals the merge of its parts by call site in all counts but the time that objects were live"
  )
  func parts() {
    var traffic = RandomTraffic(seed: 14, hasUnseenFrees: false)
    let events = traffic.events(3_000)
    var whole = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    whole.add(events, symbols: RandomTraffic.symbols)
    // Each free belongs to the part of the call site that allocated the object.
    var (parts, owners): ([UInt32: AllocationProfileCollector], [UInt32: UInt32]) = ([:], [:])
    for event in events {
      if event.outcome == .allocated { owners[event.slot] = event.site }
      let part = event.outcome == .freed ? owners[event.slot]! : event.site
      parts[part, default: AllocationProfileCollector(ticksPerSecond: 1_000_000)].add(
        [event], symbols: RandomTraffic.symbols)
    }
    let merged = parts.values.map { $0.profile(name: "part") }
      .reduce(AllocationProfile.empty) { $0.merged(with: $1) }
    let complete = whole.profile(name: "whole")
    #expect(merged.events == complete.events && merged.contexts == complete.contexts && parts.count == 3)
    #expect(merged.freesByCPU == complete.freesByCPU)
    for (one, two) in zip(merged.figures, complete.figures) {
      var (one, two) = (one, two)
      // The parts end at their own last events.
      (one.liveObjectMicroseconds, two.liveObjectMicroseconds) = (0, 0)
      (one.ages, two.ages) = (LifetimeHistogram(), LifetimeHistogram())
      #expect(one == two)
    }
  }
}
