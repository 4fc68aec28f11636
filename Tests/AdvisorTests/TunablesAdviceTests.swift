import Foundation
import Recordings
import Testing
import Workloads

@testable import Advisor

@Suite struct TunablesAdviceTests {
  /// Bursts of objects of 4 KiB, each of which is freed in full: what CPUs' lists and the node keep of them is waste.
  private func recording(bursts: Int, objects: Int) throws -> Recording {
    let symbols = ["f+0x1/0x2", "cache"]
    var (writer, events, time) = (SlabtraceWriter(name: "bursts", summary: ""), [AllocationEvent](), UInt64(1000))
    func event(_ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, _ slot: Int) {
      time += 10
      events.append(
        AllocationEvent(
          time: time, slot: UInt32(slot), requestedBytes: outcome == .freed ? 0 : 4096,
          allocatedBytes: outcome == .freed ? 0 : 4096, site: 0, cache: 1, cpu: 0, kind: kind, outcome: outcome))
    }
    for _ in 0..<bursts {
      for slot in 0..<objects { event(.kmemCacheAlloc, .allocated, slot) }
      for slot in (0..<objects).reversed() { event(.kmemCacheFree, .freed, slot) }
      time += 1_000_000
    }
    writer.append(events, symbols: symbols)
    return try Recording(bytes: writer.finish(symbols: symbols, counts: TraceLineCounts()), name: "bursts")
  }

  @Test func slabsThatAreKeptForNothingAreAdvisedAgainst() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 200), start: nil)
    let setting = try #require(advice.settings.first)
    // Six empty slabs of 32 KiB on the node (min_partial), and two on the CPU's list.
    #expect(setting.cache == "cache" && setting.minimumPartial == TunablesAdvice.Change(from: 6, to: 0))
    #expect((128 << 10...256 << 10).contains(setting.searched.meanBytes), "\(setting.searched.meanBytes)")
    #expect(setting.heldOut.meanBytes > 128 << 10 && advice.settings.count == 1)
    #expect(setting.commands.contains("echo 0 > /sys/kernel/slab/cache/min_partial"))
    // The only cache that is set: what is promised is what the replay of all settings gives.
    #expect(advice.together == [setting.searched, setting.heldOut])
    #expect(advice.searchedEvents == 4000 && advice.events == 8000)
    #expect(!advice.isBestLeft && advice.text.contains("change the settings"))
    #expect(advice.text.contains("together, replayed") && advice.text.contains("min_partial"))
    #expect(try advice.json().contains("\"held_out\""))
  }

  @Test func whereLittleIsKeptTheAdviceIsToLeaveIt() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 2), start: nil)
    #expect(advice.settings.isEmpty && advice.text.contains("leave it"))
  }

  /// Slab bytes on average from an event on, looked at after every event: not the code that gave the advice.
  private func meanBytes(_ recording: Recording, from first: Int, _ parameters: SLUBParameters, _ tuning: SLUBTuning)
    throws -> Double
  {
    let start = try ReplayStart(recording)
    var player = try SLUBPlayer(
      recording, parameters: parameters, tuning: tuning, memoryBytes: 1 << 30, start: start?.state,
      observations: start?.observations ?? [])
    var (area, time, last) = (0.0, 0.0, 0.0)
    while player.progress.events < recording.eventCount {
      let (number, bytes) = (player.progress.events, Double(player.model.slabBytes))
      guard try player.play(upTo: 1) == 1 else { break }
      let now = Double(player.progress.elapsedTicks)
      if number >= first {
        area += bytes * (now - last)
        time += now - last
      }
      last = now
    }
    return area / time
  }

  @Test func whatIsPromisedIsWhatAReplayOfTheHeldOutPartGives() throws {
    let recording = try recording(bursts: 12, objects: 300)
    let advice = try TunablesAdvice(for: recording, start: ReplayStart(recording))
    let half = advice.searchedEvents
    let before = try meanBytes(recording, from: half, SLUBParameters(), SLUBTuning())
    #expect(abs(before - Double(advice.meanBytes[1])) < 0.05 * before, "\(before), stated \(advice.meanBytes[1])")
    func check(_ promised: Int, _ parameters: SLUBParameters, _ tuning: SLUBTuning) throws {
      let saved = try before - meanBytes(recording, from: half, parameters, tuning)
      #expect(promised > 0 && abs(saved - Double(promised)) < 0.05 * saved, "\(saved), promised \(promised)")
    }
    var tuning = SLUBTuning()
    for setting in advice.settings {
      tuning.byCache[setting.cache] = SLUBTunables(
        cpuPartial: setting.cpuPartial.to, minimumPartial: setting.minimumPartial.to)
    }
    try check(advice.together[1].meanBytes, SLUBParameters(), tuning)
    let advised = try #require(advice.bootParameters.advised)
    try check(advised.heldOut.meanBytes, advised.parameters, SLUBTuning())
    let both = try #require(advice.bootParameters.withSettings)
    try check(both[1].meanBytes, advised.parameters, tuning)
    #expect(advice.text.contains("add to the kernel's command line: \(advised.commandLine)"))
  }

  @Test func bootParametersOfAllKindsAreTriedAndPriced() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 12, objects: 300), start: nil).bootParameters
    // An object of 4 KiB has a slab of order 3 on one CPU: orders 1 and 2 are the formula's for fewer objects.
    #expect(Set(advice.trials.map { $0.commandLine.prefix { $0 != "=" } }).count == 2)
    let small = try #require(advice.trials.first { $0.commandLine == "slab_max_order=0" })
    #expect(small.heldOut.meanBytes > 0 && small.heldOut.addedSlabAllocations > 0)
    #expect(small.heldOut.addedHighOrderAllocations < 0)
    // What changes no order is not listed.
    #expect(!advice.trials.contains { ["slab_min_order=1", "slab_max_order=5"].contains($0.commandLine) })
    // Equal orders give equal figures.
    let equal = try #require(advice.trials.first { $0.commandLine == "slab_min_objects=1" })
    #expect(equal.heldOut == small.heldOut && equal.searched == small.searched)
    #expect(advice.cachesOfUnexplainedOrder == [] && advice.merging == .unknown)
  }

  @Test func whereOrdersSaveNothingTheAdviceIsToLeaveThem() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 2), start: nil)
    #expect(advice.bootParameters.advised == nil && advice.bootParameters.withSettings == nil)
    #expect(advice.text.contains("leave them: no boot parameter") && !advice.text.contains("command line:"))
    let json = try advice.json()
    #expect(json.contains("\"boot_parameters\"") && json.contains("\"slab_nomerge\""))
  }

  @Test func mergingIsKnownOnlyIfTheRecordingSaysSo() {
    func state(_ merged: [(String, Int?)]) -> StartingState {
      StartingState(
        caches: merged.map { name, count in
          var cache = StartingState.Cache(
            name: name, stride: 64, order: 0, objectsPerSlab: 64, activeObjects: 0, totalObjects: 0, slabs: 0)
          cache.mergedCaches = count
          return cache
        })
    }
    func merging(_ merged: [(String, Int?)]) -> BootParametersAdvice.Merging {
      BootParametersAdvice.merging(of: ["a", "b"], state(merged))
    }
    #expect(BootParametersAdvice.merging(of: ["a"], nil) == .unknown && merging([("a", nil)]) == .unknown)
    #expect(merging([("a", 0), ("b", 0), ("c", 7)]) == .none)
    #expect(merging([("a", 0), ("b", 2)]) == .merged(["b": 2]))
  }

  @Test func commandLinesHaveOnlyWhatDiffers() {
    var parameters = SLUBParameters()
    #expect(parameters.commandLine == "")
    (parameters.maximumOrder, parameters.minimumObjects) = (1, 8)
    #expect(parameters.commandLine == "slab_max_order=1 slab_min_objects=8")
    (parameters.minimumOrder, parameters.mergesCaches) = (1, false)
    #expect(parameters.commandLine == "slab_min_order=1 slab_max_order=1 slab_min_objects=8 slab_nomerge")
  }
}
