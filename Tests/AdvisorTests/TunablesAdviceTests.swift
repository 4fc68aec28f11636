import Foundation
import Recordings
import Testing
import Workloads

@testable import Advisor

@Suite struct TunablesAdviceTests {
  /// Returns a recording of bursts of objects of 4 KiB. All objects of a burst are freed, so that slabs on the lists of CPUs
  /// and of the node are empty.
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
    return try Recording(bytes: writer.finish(symbols: symbols, counts: ImportStatistics()), name: "bursts")
  }

  @Test func settingsThatReturnUnusedSlabsAreRecommended() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 200), start: nil)
    let setting = try #require(advice.settings.first)
    // Six empty slabs of 32 KiB on the node's list (min_partial) and two on the CPU's list.
    #expect(setting.cache == "cache" && setting.minimumPartial == TunablesAdvice.Change(from: 6, to: 0))
    #expect((128 << 10...256 << 10).contains(setting.searched.meanBytes), "\(setting.searched.meanBytes)")
    #expect(setting.heldOut.meanBytes > 128 << 10 && advice.settings.count == 1)
    #expect(setting.commands.contains("echo 0 > /sys/kernel/slab/cache/min_partial"))
    // There is only one setting, so the replay of all settings gives the same saving.
    #expect(advice.combined == [setting.searched, setting.heldOut])
    #expect(advice.searchedEvents == 4000 && advice.events == 8000)
    #expect(!advice.recommendsNoChange && advice.text.contains("change the settings"))
    #expect(advice.text.contains("all settings, replayed") && advice.text.contains("min_partial"))
    #expect(try advice.json().contains("\"held_out\""))
  }

  @Test func noChangeIsRecommendedIfSavingIsSmall() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 2), start: nil)
    #expect(advice.settings.isEmpty && advice.text.contains("no change recommended: no cpu_partial"))
  }

  /// Returns the mean bytes of slabs from event `first` on, sampled after each event by code that is independent of the advice.
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

  @Test func savingsEqualThoseOfIndependentReplay() throws {
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
    try check(advice.combined[1].meanBytes, SLUBParameters(), tuning)
    let advised = try #require(advice.bootParameters.advised)
    try check(advised.heldOut.meanBytes, advised.parameters, SLUBTuning())
    let both = try #require(advice.bootParameters.withSettings)
    try check(both[1].meanBytes, advised.parameters, tuning)
    #expect(advice.text.contains("add to the kernel's command line: \(advised.commandLine)"))
  }

  @Test func allBootParametersAreTried() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 12, objects: 300), start: nil).bootParameters
    // On one CPU, slabs of objects of 4 KiB have order 3, and orders 1 and 2 for smaller values of slab_min_objects.
    #expect(Set(advice.trials.map { $0.commandLine.prefix { $0 != "=" } }).count == 2)
    let small = try #require(advice.trials.first { $0.commandLine == "slab_max_order=0" })
    #expect(small.heldOut.meanBytes > 0 && small.heldOut.addedSlabAllocations > 0)
    #expect(small.heldOut.addedHighOrderAllocations < 0)
    // Values that do not change a page order are not listed.
    #expect(!advice.trials.contains { ["slab_min_order=1", "slab_max_order=5"].contains($0.commandLine) })
    // Values that result in the same page orders have the same figures.
    let equal = try #require(advice.trials.first { $0.commandLine == "slab_min_objects=1" })
    #expect(equal.heldOut == small.heldOut && equal.searched == small.searched)
    #expect(advice.cachesOfUnexplainedOrder == [] && advice.merging == .unknown)
  }

  @Test func noBootParametersAreRecommendedIfOrdersSaveNothing() throws {
    let advice = try TunablesAdvice(for: try recording(bursts: 20, objects: 2), start: nil)
    #expect(advice.bootParameters.advised == nil && advice.bootParameters.withSettings == nil)
    #expect(advice.text.contains("no change recommended: no boot parameter") && !advice.text.contains("command line:"))
    let json = try advice.json()
    #expect(json.contains("\"boot_parameters\"") && json.contains("\"slab_nomerge\""))
  }

  @Test func mergingIsUnknownIfNotRecorded() {
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

  @Test func commandLineHasOnlyChangedParameters() {
    var parameters = SLUBParameters()
    #expect(parameters.commandLine == "")
    (parameters.maximumOrder, parameters.minimumObjects) = (1, 8)
    #expect(parameters.commandLine == "slab_max_order=1 slab_min_objects=8")
    (parameters.minimumOrder, parameters.mergesCaches) = (1, false)
    #expect(parameters.commandLine == "slab_min_order=1 slab_max_order=1 slab_min_objects=8 slab_nomerge")
  }
}
