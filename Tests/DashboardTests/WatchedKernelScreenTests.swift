import Foundation
import Profiles
import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Screens of a running kernel whose traffic is watched.
@Suite struct WatchedKernelScreenTests {
  private static let sizes = [(60, 15), (80, 24), (120, 40), (160, 46)]

  @Test(arguments: sizes, [DashboardPage.caches, .slabs, .sites])
  func pagesFitEverySize(size: (Int, Int), page: DashboardPage) throws {
    var state = watchedKernel(Size(width: size.0, height: size.1), page: page)
    state.view = page
    try expectGolden(text(state), "watched-\(page.rawValue)-\(size.0)x\(size.1)")
  }

  @Test func mapAndHeadingsSayThatTheyShowASample() {
    let size = Size(width: 160, height: 46)
    var state = watchedKernel(size, page: .slabs, sampling: 16)
    #expect(text(state).contains("BPF 1 in 16 0.8 % CPU"))
    #expect(text(state).contains("live objects since the start, sample of 1 in 16"))
    state.view = .sites
    #expect(text(state).contains("1 in 16: live, freed, lifetimes scaled"))
    state = watchedKernel(size, page: .growth, sampling: 16)
    #expect(text(state).contains("1 in 16: live objects scaled"))
    state = watchedKernel(size, page: .cpus, sampling: 16)
    #expect(text(state).contains("1 in 16: frees scaled"))
    state = watchedKernel(size, page: .sites)
    #expect(!text(state).contains("scaled"))
  }

  @Test func mapOfSlabsIsColouredByAgeAndWrittenInASCII() throws {
    var state = watchedKernel(Size(width: 80, height: 24), page: .slabs)
    state.coloring = .age
    try expectGolden(text(state, .ascii), "watched-slabs-ascii")
    #expect(text(state, .ascii).contains("before start    ////"))
  }

  @Test func columnsOfTheComparisonCanBeAdded() throws {
    var state = watchedKernel(Size(width: 160, height: 46), page: .caches)
    state.panes = Panes(preset: .table)
    state.columns = [.name, .active, .rate, .frees, .rounding, .requested, .profiled, .unseen, .older]
    let row = try #require(text(state).split(separator: "\n").first { $0.contains("dentry") })
    #expect(row.contains("0-10") && row.contains("90-100"))
    state.filter = "unseen >= 40"
    _ = state.updateRows()
    #expect(state.rows.map(\.name) == ["kmalloc-256"])
    state.filter = "older >= 900 and rounding > 10"
    _ = state.updateRows()
    #expect(state.rows.map(\.name) == ["kmalloc-256"])
  }

  @Test func headerAndHelpTellTheMethodTheCostAndWhatIsMissing() {
    var state = watchedKernel(Size(width: 120, height: 40), page: .caches)
    #expect(text(state).contains("BPF 0.8 % CPU  every 1 s"))
    var watch = TrafficWatchStatus(method: "tracefs")
    (watch.methodReason, watch.missedEvents, watch.objectsNotFollowed) = ("BPF is refused", 1200, 34)
    state.status.watch = watch
    #expect(text(state).contains("tracefs 1.2k lost  every 1 s"))
    _ = state.update(.input(.key(.character("h"))))
    #expect(text(state).contains("tracefs, because BPF is refused"))
    #expect(text(state).contains("1.2k: events"))
  }

  @Test func figuresOfTheComparisonAreOnTheSlabsPage() {
    var state = watchedKernel(Size(width: 160, height: 46), page: .slabs)
    guard var snapshot = state.snapshot else { return }
    snapshot.caches[1].traffic?.reconciliation = Reconciliation(
      activeAtStart: 100...100, activeNow: 400...400, profiledLive: 20...20)
    _ = state.update(.refreshed(snapshot, state.status, seconds: 1))
    for label in ReconciliationFigures.labels { #expect(text(state).contains(label.label + " "), "\(label.label)") }
    #expect(text(state).contains("unseen allocations at least 280"))
  }

  @Test func theReasonWhyTrafficIsNotWatchedIsShown() {
    var state = watchedKernel(Size(width: 80, height: 24), page: .caches)
    state.status.watch = nil
    state.status.source = SourceDescription(
      title: "The running kernel", capabilities: [.pausing, .speed, .slabOccupancy],
      trafficProblem: "counting allocations needs the capabilities BPF and PERFMON; run it with sudo")
    _ = state.update(.input(.key(.character("i"))))
    #expect(state.view == .caches)
    let plain = text(state).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(
      separator: " ")
    #expect(plain.contains("does not report call sites: counting allocations needs the capabilities BPF and PERFMON"))
    // A page that is in view when the watch is lost says so as well.
    state.view = .sites
    #expect(text(state).contains("PERFMON"))
    _ = state.update(.input(.key(.character("h"))))
    #expect(text(state).contains("not watched"))
  }

  @Test func popupOfACallSiteHasItsCallStacks() {
    let profile = AllocationProfile(
      source: ProfileSource(name: "kernel", events: 10, microseconds: 1),
      figures: [
        (stacked(["kmalloc_reserve", "__alloc_skb", "tcp_sendmsg"]), figures(30, 20)),
        (stacked(["kmalloc_reserve", "__alloc_skb", "unix_stream_sendmsg"]), figures(90, 5)),
      ])
    let row = CallSiteRow(profile.rows(by: .site)[0], since: nil, LiveCurves())
    let lines = row.text(in: profile, since: nil, slabs: []).lines
    let first = lines.firstIndex(of: .heading("Call stack 1 of 2")) ?? 0
    #expect(
      lines[(first + 2)...(first + 4)].elementsEqual(
        ["kmalloc_reserve", "__alloc_skb", "tcp_sendmsg"].map { .sentence($0) }))
    #expect(lines.contains(.sentence("unix_stream_sendmsg")))
    let counted = row.text(in: profile, since: nil, slabs: [], caches: kernelSnapshot(5).caches).lines
    #expect(
      counted.contains(
        .figure("kmalloc-256", "100-1.0k of 1.1k profiled objects are live, the others are unseen frees")))
  }

  private func text(_ state: DashboardState, _ glyphs: GlyphSet = .unicode) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text()
  }

  private func stacked(_ stack: [String]) -> AllocationContext {
    AllocationContext(
      site: stack[0], stack: stack, cache: "kmalloc-256", isGeneral: true, requestedBytes: 200, allocatedBytes: 256)
  }

  private func figures(_ allocated: Int, _ live: Int) -> AllocationFigures {
    var figures = AllocationFigures()
    (figures.allocObjects, figures.liveObjects, figures.liveBytes) = (allocated, live, live * 256)
    return figures
  }
}

/// Returns the dashboard of a kernel after five seconds of watched traffic, with a page in view.
private func watchedKernel(_ size: Size, page: DashboardPage, sampling: Int = 1) -> DashboardState {
  var status = PlaybackStatus(
    workloads: [PlaybackStatus.Entry(name: "Linux 6.18.44", summary: "the running kernel, slabs by occupancy")],
    current: 0, policy: "linux")
  status.source = SourceDescription(
    title: "The running kernel",
    capabilities: [
      .pausing, .speed, .slabOccupancy, .slabMap, .allocationCounts, .requestSizes, .callSites, .cpuTraffic,
    ])
  status.interval = "1 s"
  var watch = TrafficWatchStatus(method: "BPF")
  (watch.sampling, watch.overheadPercent, watch.events, watch.kernelBytes) = (sampling, 0.8, 1_200_000, 21 << 20)
  status.watch = watch
  var state = DashboardState(status: status, size: size)
  (state.columns, state.view) = (state.standardColumns, page)
  var details = MachineDetails()
  details.profile = someProfile()
  details.sizes = someSizes
  for second in 0...5 {
    var snapshot = kernelSnapshot(second)
    details.pinnedSlabs = []
    if page == .slabs {
      let slabs = slabs(of: snapshot.caches[1])
      snapshot.caches[1].slabMap = slabs
      details.pinnedSlabs = slabs.filter { $0.objectsInUse == 1 }.prefix(4).map { slab in
        MachineDetails.PinnedSlab(
          pageFrameNumber: slab.pageFrameNumber, isNumbered: true, order: 1, objects: 32, objectsInUse: 1,
          pins: [
            MachineDetails.Pin(
              cache: "kmalloc-256", isLive: true, site: slab.owner, requestedBytes: 200,
              ageMicroseconds: slab.oldestMicroseconds)
          ])
      }
    }
    _ = state.update(.refreshed(snapshot, status, seconds: 1, details: details))
  }
  _ = state.selectRow(state.rows.firstIndex { $0.name == "kmalloc-256" } ?? 0)
  return state
}

/// Returns the kernel's caches after some seconds of traffic.
private func kernelSnapshot(_ second: Int) -> Snapshot {
  var snapshot = Snapshot()
  (snapshot.cpus, snapshot.workload, snapshot.knowsRequestedBytes) = (2, "Linux 6.18.44", false)
  (snapshot.events, snapshot.timeMicroseconds) = (second * 240_000, second * 1_000_000)
  snapshot.caches = [
    kernelCache("dentry", 192, order: 0, room: 21, active: 150),
    kernelCache("kmalloc-256", 256, order: 1, room: 32, active: 1000),
    kernelCache("skbuff_head_cache", 256, order: 1, room: 32, active: 400),
  ]
  for (index, (start, live, rate, requested)) in [(100, 60, 900, 192), (900, 1140, 52_000, 200), (400, 0, 0, 256)]
    .enumerated()
  {
    var traffic = WatchedTraffic()
    let allocated = snapshot.caches[index].objectSize
    (traffic.liveObjects, traffic.liveRequestedBytes) = (live, live * requested)
    (traffic.requestedBytes, traffic.allocBytes) = (rate * second * requested, rate * second * allocated)
    traffic.reconciliation = Reconciliation(
      activeAtStart: start...start,
      activeNow: snapshot.caches[index].activeObjects...snapshot.caches[index].activeObjects,
      profiledLive: live...live)
    snapshot.caches[index].traffic = traffic
    (snapshot.caches[index].allocations, snapshot.caches[index].frees) = (rate * second, rate * second * 9 / 10)
  }
  for cache in snapshot.caches { snapshot.ledger.add(cache) }
  (snapshot.ledger[.freePages], snapshot.ledger[.otherUse]) = (20 << 30, 3 << 30)
  snapshot.memoryBytes = snapshot.ledger.sum
  return snapshot
}

private func kernelCache(_ name: String, _ size: Int, order: Int, room: Int, active: Int) -> CacheSnapshot {
  var occupancy = SlabOccupancy(name: name)
  (occupancy.parameters.objectSize, occupancy.parameters.stride) = (size, size)
  (occupancy.parameters.preferredOrder, occupancy.parameters.objectsPerPreferredSlab) = (order, room)
  (occupancy.parameters.minPartial, occupancy.parameters.cpuPartialSlabs) = (5, 12)
  occupancy.parameters.objectsPerMinimumSlab = room >> order
  let half = active / room
  occupancy.groups = [SlabGroup(list: .node, order: order, objects: room, objectsInUse: room / 2, slabs: half)]
  let full = (active - half * (room / 2)) / room
  occupancy.addFullSlabs(ofAll: half + full, objects: (half + full) * room)
  var cache = CacheSnapshot(occupancy, pageBytes: 4096)
  cache.activeObjects = active
  return cache
}

/// Returns slabs with objects of several call sites and ages.
private func slabs(of cache: CacheSnapshot) -> [SlabSnapshot] {
  (1...40).map { number in
    let sites = ["kmalloc_reserve", "kmalloc_reserve", "sk_prot_alloc", "seq_open"]
    var slab = SlabSnapshot(
      pageFrameNumber: number, order: 1, objects: 32, objectsInUse: number % 9 == 0 ? 1 : number * 7 % 32 + 1,
      owner: sites[number * 5 % 4])
    slab.oldestMicroseconds = [300_000, 4_000_000, 40_000_000, 400_000_000][number % 4]
    return slab
  }
}
