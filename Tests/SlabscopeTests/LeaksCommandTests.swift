import ArgumentParser
import Foundation
import ProfileHistory
import Profiles
import Recordings
import Telemetry
import Testing
import Workloads

@testable import slabscope

/// Inputs, text and JSON of `slabscope leaks`.
struct LeaksCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "slabscope-leaks-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func report(_ names: [String], span: Double? = nil, leastAge: Double = 0) throws -> LeakReport {
    let watch = try TrafficWatchOptions.parse([])
    return try LeakInput(names, TrafficParameterChanges(), watch, span: span).report(leastAge: leastAge).report
  }

  private func json(_ report: LeakReport) throws -> [String: Any] {
    let text = try JSONText.text(of: LeakDocument(report, sources: []))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  // MARK: Inputs

  /// Writes a copy of /proc/slabinfo in which `filp` has grown.
  private func slabinfo(_ number: Int) throws -> String {
    let path = "\(folder)/\(number).txt"
    let text = """
      slabinfo - version: 2.1
      # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
      filp \(1000 + 100 * number) 9000 256 16 1 : tunables 0 0 0 : slabdata 600 600 0
      dentry \(5000 + 300 * number) 90000 192 21 1 : tunables 0 0 0 : slabdata 5000 5000 0
      kmalloc-64 \(700 + number * number % 7) 900 64 64 1 : tunables 0 0 0 : slabdata 20 20 0

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("Many snapshots show a leak and a cache that fills up, two only that both grew")
  func snapshots() throws {
    let paths = try (0..<12).map { try slabinfo($0) }
    let many = try report(paths)
    #expect(many.suspects.map(\.cache) == ["filp", "dentry"])
    #expect(many.suspects.map(\.verdict) == [.growingSteadily, .cacheFillingUp])
    #expect(many.suspects[0].growthBytes == 1100 * 256 && many.suspects[0].growthBytesPerHour == nil)
    let two = try report(Array(paths.prefix(2)))
    #expect(two.suspects.map(\.verdict) == [.grew, .grew] && !two.findsLeak && !two.isConclusive)
  }

  @Test("A single snapshot, and inputs of different kinds, are usage errors that say what to name")
  func usageErrors() throws {
    let path = try slabinfo(1)
    let single = #expect(throws: Failure.self) { try report([path]) }
    #expect(single?.isUsage == true && single?.description.contains("two or more snapshots") == true)
    let options = try TrafficWatchOptions.parse(["--max-overhead", "2"])
    let unused = #expect(throws: Failure.self) {
      try LeakInput(["burst"], TrafficParameterChanges(), options, span: nil)
    }
    #expect(unused?.description == "--max-overhead: expected the input kernel for this option, found a workload")
    let mixed = #expect(throws: Failure.self) { try report([path, "burst"]) }
    #expect(mixed?.description.hasPrefix("burst: expected a snapshot like \(path), found a workload") == true)
  }

  @Test("A workload without a leak has none, and is examined for the time that was named")
  func workload() throws {
    let report = try report(["bulk"], span: 1.2)
    #expect(report.suspects.isEmpty && report.hasSites && report.isConclusive)
    #expect((1.1...1.2).contains(report.seconds ?? 0))
  }

  @Test("The bundled recordings of kernels without a leak have none", arguments: BundledRecordings.names)
  func bundledRecordings(name: String) throws {
    let report = try report([name])
    #expect(!report.findsLeak && report.examined > 10 && report.moments > 100)
  }

  /// Call site with a number of live objects, in a profile at a time.
  private func profile(_ live: [(site: String, objects: Int)], seconds: Int) -> AllocationProfile {
    let figures = live.map { site, objects -> (AllocationContext, AllocationFigures) in
      var figures = AllocationFigures()
      (figures.liveObjects, figures.liveBytes, figures.allocObjects) = (objects, objects * 256, objects)
      let context = AllocationContext(
        site: site, cache: "kmalloc-256", isGeneral: true, requestedBytes: 200, allocatedBytes: 256)
      return (context, figures)
    }
    return AllocationProfile(
      source: ProfileSource(name: "host", events: 1000 * seconds, microseconds: seconds * 1_000_000), figures: figures)
  }

  /// Records 40 seconds of a kernel in which `kmalloc-256` grows, and then one snapshot of another source if `isRestarted`.
  private func recordHistory(to path: String, hasProfiles: Bool, isRestarted: Bool) throws {
    let history = try HistoryRecorder(path: path)
    let recorder = ProfileRecorder(history)
    for second in 1...40 {
      var cache = CacheSnapshot(name: "kmalloc-256")
      (cache.activeObjects, cache.stride) = (4000 + 20 * second, 256)
      var snapshot = Snapshot()
      snapshot.caches = [cache]
      let profile = profile([("leak+0x1/0x2", 20 * second), ("other+0x1/0x2", 4000)], seconds: second)
      try recorder.append(snapshot, hasProfiles ? profile : nil, at: 1_000_000 + Double(second))
    }
    guard isRestarted else { return }
    var snapshot = Snapshot()
    snapshot.workload = "another"
    try history.append(snapshot, at: 1_000_041)
  }

  @Test("A history names the call site if profiles were recorded, and otherwise the cache", arguments: [false, true])
  func history(hasProfiles: Bool) throws {
    let path = "\(folder)/x.history"
    try recordHistory(to: path, hasProfiles: hasProfiles, isRestarted: false)
    let report = try report([path])
    #expect(report.suspects.map(\.site) == [hasProfiles ? "leak+0x1/0x2" : nil])
    #expect(report.suspects.map(\.verdict) == [.growingSteadily] && report.moments == 40)
    #expect(abs((report.suspects[0].growthBytesPerHour ?? 0) - 20 * 256 * 3600) < 1)
    #expect(try self.report([path], span: 20).moments == 21)
  }

  @Test("Only the snapshots of the latest source of a history are examined", arguments: [false, true])
  func restartedHistory(hasProfiles: Bool) throws {
    let path = "\(folder)/y.history"
    try recordHistory(to: path, hasProfiles: hasProfiles, isRestarted: true)
    let report = try report([path])
    #expect(report.suspects.isEmpty && report.moments == 1 && !report.isConclusive)
  }

  /// Writes a recording of three seconds, in which one of two call sites frees nothing.
  private func recording() throws -> String {
    let path = "\(folder)/leak.slabtrace"
    let symbols = ["leak+0x1/0x2", "healthy+0x1/0x2", "filp"]
    var slots = SlotAllocator()
    var events: [AllocationEvent] = []
    func add(_ time: Int, _ site: UInt32, _ slot: UInt32, _ outcome: AllocationEvent.Outcome) {
      let allocates = outcome == .allocated
      events.append(
        AllocationEvent(
          time: UInt64(time), slot: slot, requestedBytes: allocates ? 256 : 0, allocatedBytes: allocates ? 256 : 0,
          site: site, cache: allocates ? 2 : AllocationEvent.noCache, cpu: 0,
          kind: allocates ? .kmemCacheAlloc : .kmemCacheFree, outcome: outcome, usedBytes: nil))
    }
    for millisecond in 0..<3000 {
      let slot = slots.allocate()
      add(millisecond * 1000, 1, slot, .allocated)
      add(millisecond * 1000 + 300, 1, slot, .freed)
      slots.free(slot)
      if millisecond % 10 == 0 { add(millisecond * 1000 + 500, 0, slots.allocate(), .allocated) }
    }
    _ = try RecordingFile.write(
      to: path, overwrites: false, name: "leak", summary: "", like: nil, usedBytesMethod: nil
    ) { file in
      try file.add(events, symbols: symbols)
      return events.count
    }
    return path
  }

  @Test("A leak in a recording is found, with its rate and the age of its objects")
  func leakInRecording() throws {
    let path = try recording()
    let report = try report([path])
    let suspect = try #require(report.suspects.first)
    #expect(report.suspects.count == 1 && suspect.site == "leak+0x1/0x2" && suspect.verdict == .growingSteadily)
    #expect(abs((suspect.growthBytesPerHour ?? 0) / (100 * 256 * 3600) - 1) < 0.05)
    #expect(suspect.liveObjects == 300 && suspect.liveBytes == 300 * 256)
    let old = try self.report([path], leastAge: 2).suspects.first
    #expect((70...130).contains(old?.liveObjects ?? 0))
    #expect(try self.report([path], span: 1).seconds.map { (0.9...1).contains($0) } == true)
  }

  // MARK: Output

  private func suspect(_ verdict: GrowthVerdict, site: String? = "a+0x1/0x2", seconds: Double = 100) -> LeakSuspect {
    let points = (0..<100).map {
      GrowthSeries.Point(seconds: Double($0), objects: Double($0), bytes: Double($0) * 1024)
    }
    var suspect = LeakSuspect(
      cache: "kmalloc-1k", site: site,
      GrowthEvidence(trend: GrowthTrend(GrowthSeries(points), from: 0), seconds: seconds, unseenShare: 0.4), verdict,
      hasTimes: true)
    (suspect.liveObjects, suspect.liveBytes) = (99, 99 * 1024)
    return suspect
  }

  private func report(_ suspects: [LeakSuspect], moments: Int = 100) -> LeakReport {
    LeakReport(suspects, seconds: 100, moments: moments, examined: 12, hasSites: true, unseenShare: 0.25)
  }

  @Test("JSON has the figures of each suspect, and leaves out those that are not known")
  func jsonFigures() throws {
    let object = try json(report([suspect(.growingSteadily), suspect(.cacheFillingUp, site: nil)]))
    let suspects = try #require(object["suspects"] as? [[String: Any]])
    #expect(suspects.map { $0["verdict"] as? String } == ["growing steadily", "cache filling up"])
    #expect(suspects[0]["growth_bytes_per_hour"] as? Int == 1024 * 3600 && suspects[0]["live_objects"] as? Int == 99)
    #expect(suspects[0]["cache"] as? String == "kmalloc-1k" && suspects[0]["live_bytes"] as? Int == 99 * 1024)
    #expect(suspects[0]["site"] as? String == "a+0x1/0x2" && suspects[0]["median_age_seconds"] == nil)
    #expect(suspects[1]["site"] == nil && object["leak_found"] as? Bool == true)
    #expect(object["unseen_free_share"] as? Double == 0.25 && object["seconds"] as? Int == 100)
  }

  @Test("Text has a row and a next step for each suspect that may leak, and ends with a conclusion")
  func text() {
    let text = LeakText(report([suspect(.growingSteadily)]), inputs: ["x"], leastAge: 0).text
    #expect(text.contains("growing steadily   kmalloc-1k         a+0x1/0x2              +3.5 MiB  99.0 KiB\n"))
    #expect(text.contains("kmalloc-1k (a+0x1/0x2): growing steadily by 3.5 MiB an hour."))
    #expect(
      text.contains("\n\ngrowing steadily means that") && text.contains("Next: ")
        && text.contains("1 suspect may leak: 12 pairs"))
  }

  @Test("Without a leak the text says so, with what was examined")
  func noLeak() {
    let none = LeakText(report([]), inputs: ["x"], leastAge: 0).text
    #expect(
      none.hasPrefix("No leak found: 12 pairs of call site and cache at 100 moments in 100.0 s were\nexamined; 25 %"))
    let filling = LeakText(report([suspect(.cacheFillingUp)]), inputs: ["x"], leastAge: 0).text
    #expect(filling.contains("as in a table that fills up") && filling.contains("\n\nNo leak found: "))
    let few = LeakText(report([suspect(.grew)], moments: 2), inputs: ["x"], leastAge: 0).text
    #expect(few.contains("2 moments show growth, but") && few.contains("\n\nToo few moments"))
  }

  @Test("Caches whose objects a timer frees later are named in the conclusion and in JSON")
  func delayedFrees() throws {
    var report = report([])
    report.delayedFrees = ["nf_conntrack": 120, "tw_sock_TCP": 60]
    let text = LeakText(report, inputs: ["x"], leastAge: 0).text.replacing("\n", with: " ")
    #expect(
      text.contains(
        "The growth of nf_conntrack, tw_sock_TCP is not judged either: a timer frees the objects after up to 2.0 min, so that 4.0 min must be recorded."
      ))
    #expect(
      try json(report)["seconds_until_timer_frees"] as? [String: Int] == ["nf_conntrack": 120, "tw_sock_TCP": 60])
  }

  @Test("No line of the text is wider than 80 columns", arguments: GrowthVerdict.allCases)
  func width(verdict: GrowthVerdict) {
    let long = suspect(verdict, site: "a_function_with_a_rather_long_name.isra.0+0x123/0x456")
    for line in LeakText(report([long, suspect(verdict)]), inputs: ["x"], leastAge: 10).text.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }
}
