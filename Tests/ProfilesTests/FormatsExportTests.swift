import ProfileProto
import SwiftProtobuf
import TextOutput
import Testing

@testable import Profiles

/// Exports of the rows of a profile.
struct FormatsExportTests {
  private static func figures(
    objects: Int, bytes: Int, live: Int = 0, lifetimes: [Int] = []
  ) -> AllocationFigures {
    var figures = AllocationFigures()
    (figures.allocObjects, figures.allocBytes, figures.requestedBytes) = (objects, objects * bytes, objects * bytes / 2)
    (figures.liveObjects, figures.liveBytes, figures.freeObjects) = (live, live * bytes, objects - live)
    figures.lifetimes = LifetimeHistogram(lifetimes)
    return figures
  }

  private static func context(_ site: String, _ cache: String, bytes: Int, stack: [String] = []) -> AllocationContext {
    AllocationContext(
      site: site, stack: stack, cache: cache, isGeneral: cache.hasPrefix("kmalloc"), requestedBytes: bytes / 2,
      allocatedBytes: bytes)
  }

  private let profile = AllocationProfile(
    source: ProfileSource(name: "host", beganAt: 1_000, events: 9, microseconds: 2_000_000, lostEvents: 4),
    figures: [
      (
        Self.context("f+0x10/0x20", "dentry", bytes: 192, stack: ["f+0x10/0x20", "outer+0x1/0x2", "main;x+0x3/0x4"]),
        Self.figures(objects: 10, bytes: 192, live: 4, lifetimes: [0, 6])
      ), (Self.context("f+0x18/0x20", "dentry", bytes: 192), Self.figures(objects: 1, bytes: 192)),
      (
        Self.context("g+0x8/0x9 [mod]", "kmalloc-1k", bytes: 1024),
        Self.figures(objects: 3, bytes: 1024, live: 3, lifetimes: [])
      ), (Self.context("=cmd()", "a,\"b\"\u{1B}", bytes: 8), Self.figures(objects: 2, bytes: 8, lifetimes: [2])),
    ], freesByCPU: [[1, 2], [0, 4]])

  private func rows(_ grouping: ProfileGrouping) -> [ProfileRow] {
    profile.sorted(profile.rows(by: grouping), by: .allocBytes)
  }

  @Test("A pprof profile has a sample for each context, and functions without offsets")
  func pprof() throws {
    let bytes = try Gzip.decompressed(profile.pprof(rows(.context)), limit: 1 << 20)
    let message = try PprofProfile(serializedBytes: bytes)
    let strings = message.stringTable
    func text(_ index: Int64) -> String { strings[Int(index)] }
    #expect(
      message.sampleType.map { text($0.type) } == ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"])
    #expect(message.sampleType.map { text($0.unit) } == ["count", "bytes", "count", "bytes"])
    #expect(text(message.defaultSampleType) == "inuse_space" && strings[0].isEmpty)
    #expect(message.timeNanos == 1_000_000_000_000 && message.durationNanos == 2_000_000_000)
    #expect(message.sample.map(\.value) == [[3, 3072, 3, 3072], [10, 1920, 4, 768], [1, 192, 0, 0], [2, 16, 0, 0]])
    let stacks = message.sample.map { sample in
      sample.locationID.map { id in
        let location = message.location.first { $0.id == id }!
        let function = message.function.first { $0.id == location.line[0].functionID }!
        let mapping = message.mapping.first { $0.id == location.mappingID }!
        return "\(text(mapping.filename)) \(text(function.name)):\(location.line[0].line)"
      }
    }
    #expect(
      stacks == [
        ["[mod] g:8"], ["[kernel] f:16", "[kernel] outer:1", "[kernel] main;x:3"], ["[kernel] f:24"],
        ["[kernel] =cmd():0"],
      ])
    let labels = message.sample[1].label.map { [text($0.key), text($0.str), "\($0.num)", text($0.numUnit)] }
    #expect(
      labels == [
        ["cache", "dentry", "0", ""], ["requested_bytes", "", "96", "bytes"], ["allocated_bytes", "", "192", "bytes"],
      ])
    #expect(message.function.count == 5 && message.location.count == 6)
    #expect(!strings.contains { $0.contains("\u{1B}") })
  }

  @Test("Call sites without a name, an offset or a size are locations too")
  func callSiteNames() {
    let whole = CallSiteName("tcp_sendmsg+0x1d/0x1a0 [ipv6]")
    #expect(whole.function == "tcp_sendmsg" && whole.offset == 0x1d && whole.module == "ipv6")
    #expect(
      CallSiteName("f+0x1").offset == 1 && CallSiteName("f").offset == nil && CallSiteName("f+g").function == "f+g")
    #expect(CallSiteName("0xffffffff81000000").address == 0xFFFF_FFFF_8100_0000)
    #expect(CallSiteName("0xzz").address == nil && CallSiteName("").function == "" && CallSiteName("]").module == nil)
    #expect(CallSiteName("f+0xffffffffffffffffff/0x1").offset == nil)
  }

  @Test("Folded stacks begin with the outermost frame, escape semicolons, and leave out what is not positive")
  func folded() {
    #expect(
      profile.folded(rows(.stack), by: .allocBytes) == """
        g+0x8/0x9 [mod] 3072
        main\\u{3B}x+0x3/0x4;outer+0x1/0x2;f+0x10/0x20 1920
        f+0x18/0x20 192
        =cmd() 16

        """)
    #expect(
      profile.folded(rows(.context), by: .liveBytes) == """
        g+0x8/0x9 [mod];kmalloc-1k 3072
        main\\u{3B}x+0x3/0x4;outer+0x1/0x2;f+0x10/0x20;dentry 768

        """)
    #expect(profile.folded(rows(.cache), by: .allocObjects).hasPrefix("kmalloc-1k 3\ndentry 11\n"))
    #expect(profile.folded(rows(.stack), by: .growth).isEmpty)
  }

  @Test("CSV has the columns of the grouping, empty fields for unknown figures, and no formulas")
  func csv() {
    let lines = profile.csv(rows(.siteAndCache), by: .siteAndCache).split(separator: "\n")
    #expect(lines[0].hasPrefix("site,cache,alloc_objects,free_objects,remote_frees,unseen_frees,alloc_bytes,"))
    #expect(lines[1] == "g+0x8/0x9 [mod],kmalloc-1k,3,0,0,0,3072,1536,3,3072,0,,,")
    #expect(lines[4].hasPrefix("'=cmd(),\"a,\"\"b\"\"\\u{1B}\",2,2,"))
    #expect(
      profile.csv(rows(.cpu), by: .cpu) == "cpu,alloc_objects,free_objects,remote_frees\n0,0,3,2\n1,0,4,0\n")
  }

  @Test("Metrics are limited in number, and the rest is added up")
  func metrics() {
    let text = profile.metrics(rows(.siteAndCache), .openMetrics, limit: 1)
    #expect(text.hasSuffix("# EOF\n"))
    #expect(
      text.contains("slabscope_profile_alloc_bytes_total{site=\"g+0x8/0x9 [mod]\",slab=\"kmalloc-1k\"} 3072\n"))
    #expect(text.contains("slabscope_profile_alloc_bytes_total{site=\"(rest)\",slab=\"(rest)\"} 2128\n"))
    #expect(text.contains("slabscope_profile_live_bytes{site=\"(rest)\",slab=\"(rest)\"} 768\n"))
    #expect(!text.contains("peak_live_objects"))
    let all = profile.metrics(rows(.cache), .prometheus)
    #expect(all.contains("# TYPE slabscope_profile_alloc_objects_total counter") && !all.contains("(rest)"))
    #expect(all.contains("{slab=\"a,\\\"b\\\"\\\\u{1B}\"} 2\n"))
    #expect(!profile.metrics(rows(.cpu), .prometheus).contains("live_bytes"))
  }

  @Test("A table has a line for each row, and the totals of all rows")
  func table() {
    let text = profile.text(rows(.site), by: .site, limit: 2)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "profile of host: 9 events in 2.000 s")
    #expect(lines[3].hasPrefix("g+0x8/0x9 [mod]") && lines[3].contains("3072/1024") && lines[3].contains("50.000%"))
    #expect(lines[4].contains("1920/192") && lines[4].contains("768 B") && lines[4].hasSuffix("1 us"))
    #expect(text.contains("2 of 4 call sites printed") && text.contains("total: 16 objects, 5200 bytes allocated"))
    #expect(text.contains("4 events were lost by the tracer"))
    #expect(profile.text(rows(.stack), by: .stack).contains("\n  outer+0x1/0x2\n"))
    #expect(AllocationProfile.empty.text([], by: .site).contains("no call sites"))
  }

  @Test("Rows are sorted by a figure, rows of which it is not known come last")
  func sorting() {
    let byLifetime = profile.sorted(profile.rows(by: .cache), by: .lifetime).map(\.cache)
    #expect(byLifetime == ["dentry", "a,\"b\"\u{1B}", "kmalloc-1k"])
    #expect(profile.sorted(profile.rows(by: .cache), by: .liveBytes).map(\.cache)[0] == "kmalloc-1k")
  }

  // MARK: Differences

  @Test("A comparison has the growth by call site and cache, and names new and vanished ones")
  func difference() throws {
    let later = AllocationProfile(
      source: ProfileSource(name: "later", beganAt: 4_600, events: 9, microseconds: 2_000_000),
      figures: [
        (Self.context("f+0x10/0x20", "dentry", bytes: 192), Self.figures(objects: 20, bytes: 192, live: 14)),
        (Self.context("new+0x1/0x2", "dentry", bytes: 192), Self.figures(objects: 1, bytes: 192, live: 1)),
        (Self.context("g+0x8/0x9 [mod]", "kmalloc-1k", bytes: 1024), Self.figures(objects: 3, bytes: 1024)),
      ])
    var difference = ProfileDifference(from: profile, named: "a", to: later, named: "b")
    #expect(difference.sites.map(\.site) == ["f+0x10/0x20", "new+0x1/0x2", "=cmd()", "f+0x18/0x20", "g+0x8/0x9 [mod]"])
    #expect(difference.sites.map(\.presence) == [.both, .new, .vanished, .vanished, .both])
    let first = difference.sites[0]
    #expect(first.growthObjects == 10 && first.growthBytes == 1920 && first.growthBytesPerHour == 1920)
    #expect(first.allocBytesPerHourBefore == 1920 * 1800 && first.allocBytesPerHourChange == 1920 * 1800)
    #expect(difference.growthBytes == 1920 + 192 - 3072 && difference.growthObjects == 8)
    #expect(
      difference.csv.split(separator: "\n")[2].hasPrefix("new+0x1/0x2,dentry,new,0,1,0,192,0,1,0,192,1,192,192,0,"))
    #expect(difference.text(limit: 1).contains("1 of 5 call sites and caches printed"))
    #expect(difference.text().contains("call sites and caches: 2 in both, 1 new, 2 vanished"))
    difference.keep { $0.presence == .new }
    #expect(difference.sites.count == 1 && difference.growthBytes == 192)
    let unknown = ProfileDifference(from: later, named: "b", to: profile.merged(with: later), named: "c")
    #expect(unknown.sites.allSatisfy { $0.growthBytesPerHour == nil })
  }
}
