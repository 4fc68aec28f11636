import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct ScreenTests {
  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60), (40, 10), (20, 3)])
  func theScreenFitsEverySize(width: Int, height: Int) throws {
    let state = watchedDashboard(Size(width: width, height: height))
    let canvas = DashboardView.draw(state, theme: .midnight, glyphs: .unicode)
    try expectGolden(canvas.text(), "screen-\(width)x\(height)")
  }

  @Test func asciiAndNoColoursAreReadable() throws {
    let state = watchedDashboard(Size(width: 100, height: 30))
    try expectGolden(DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text(), "screen-ascii")
  }

  @Test func everyModeShowsItself() throws {
    var state = watchedDashboard(Size(width: 100, height: 30))
    _ = state.update(.input(.key(.function(1))))
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "help")
    _ = state.update(.input(.key(.escape)))
    _ = state.update(.input(.key(.character("e"))))
    #expect(lastLine(state).contains("j JSON") && lastLine(state).contains("v screen: SVG"))
    _ = state.update(.input(.key(.escape)))
    for key in "/nothing" { _ = state.update(.input(.key(.character(key)))) }
    #expect(lastLine(state).contains("filter: nothing"))
    #expect(text(state).contains("no cache matches \"nothing\""))
    _ = state.update(.input(.key(.escape)))
    _ = state.update(.exported("wrote /tmp/x.json", isFailure: false))
    #expect(lastLine(state).contains("wrote /tmp/x.json"))
    var status = state.status
    status.isPaused = true
    (status.stampMismatches, status.firstMismatch) = (1, "object of kmalloc")
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 1))
    #expect(text(state).contains("PAUSED") && text(state).contains("1 damaged objects: object of kmalloc"))
  }

  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60)])
  func twoPoliciesStandSideBySide(width: Int, height: Int) throws {
    var state = comparedDashboard(Size(width: width, height: height))
    _ = state.update(.input(.key(.character("c"))))
    try expectGolden(
      DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "comparison-\(width)x\(height)")
    _ = state.update(.input(.key(.character("c"))))
    #expect(width < 120 || text(state).contains("under hemment"))
  }

  @Test func theComparisonIsReadableInASCIIAndSaysWhatIsMissing() throws {
    var state = comparedDashboard(Size(width: 120, height: 30))
    _ = state.update(.input(.key(.character("c"))))
    try expectGolden(DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text(), "comparison-ascii")
    var status = state.status
    status.otherNotice = "hemment catches up: 43 %"
    _ = state.update(.refreshed(snapshot(second: 31), status, seconds: 1))
    #expect(text(state).contains("hemment catches up: 43 %"))
  }

  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60)])
  func sizesAndTheirClassesAreDrawn(width: Int, height: Int) throws {
    var state = watchedDashboard(Size(width: width, height: height))
    #expect(state.update(.input(.key(.character("z")))) == [.show(.sizes)])
    var details = MachineDetails()
    details.sizes = someSizes
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: details))
    let glyphs = width == 80 ? GlyphSet.ascii : .unicode
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text(), "sizes-\(width)x\(height)")
    #expect(state.update(.input(.key(.character("d")))) == [.advise])
    #expect(state.update(.input(.key(.character("D")))) == [.applyAdvice])
    #expect(state.update(.input(.key(.character("z")))) == [.show(.caches)])
  }

  @Test(arguments: DashboardPage.allCases, [(120, 40), (80, 24), (60, 15), (200, 60)])
  func everyPageFitsEverySize(page: DashboardPage, size: (width: Int, height: Int)) throws {
    var state = comparedDashboard(Size(width: size.width, height: size.height))
    if page != .caches { #expect(state.update(.input(.key(.character(page.key)))) == [.show(page)]) }
    _ = state.update(.refreshed(snapshot(second: 31), state.status, seconds: 1, details: everyDetail))
    let glyphs = size.width == 80 ? GlyphSet.ascii : .unicode
    let text = DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text()
    if page != .comparison { try expectGolden(text, "page-\(page.rawValue)-\(size.width)x\(size.height)") }
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == size.height)
  }

  @Test func tabGoesThroughThePages() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let shown = DashboardPage.allCases.map { _ in state.update(.input(.key(.tab))) }
    #expect(shown == (DashboardPage.allCases.dropFirst() + [.caches]).map { [.show($0)] })
    #expect(state.update(.input(.key(.backtab))) == [.show(.comparison)])
  }

  /// Something of all that pages show besides the snapshot.
  private var everyDetail: MachineDetails {
    var details = MachineDetails()
    details.sizes = someSizes
    details.freesByCPU = [[900, 40, 0, 3], [10, 800, 0, 0], [0, 0, 0, 0], [70, 0, 1, 5000]]
    details.sites = [("__alloc_skb", 52_000, 224), ("kmalloc_reserve", 31_000, 960), ("dst_alloc", 12, 192)].map {
      MachineDetails.Site(
        name: $0.0, allocations: $0.1, frees: $0.1 - 10, requestedBytes: $0.1 * $0.2, allocatedBytes: $0.1 * 1024,
        lifetimes: [0, 3, $0.1 / 2, $0.1 / 4, 7, 0, 1])
    }
    details.pinnedSlabs = [
      .init(
        pageFrameNumber: 812, order: 3, objects: 16, objectsInUse: 1,
        pins: [
          .init(
            cache: "kmalloc-2k", isLive: true, site: "tcp_stream_alloc_skb", requestedBytes: 1920,
            ageMicroseconds: 12_300_000)
        ]),
      .init(
        pageFrameNumber: 40, order: 0, objects: 16, objectsInUse: 2,
        pins: [
          .init(cache: "kmalloc-2k", isLive: false, site: nil, requestedBytes: nil, ageMicroseconds: nil),
          .init(cache: "TCP", isLive: true, site: nil, requestedBytes: nil, ageMicroseconds: nil),
        ]),
    ]
    details.shuffling = MachineDetails.Shuffling(
      rounds: 120, pagesReleased: 77,
      entries: [
        .init(
          cache: "kmalloc-2k", objectsMoved: 300, bytesMoved: 614_400, slabsEvacuated: 90, slabsPinned: 3,
          pagesEvacuated: 312, pagesOfEmptySlabs: 48, nanoseconds: 4_200_000)
      ])
    return details
  }

  @Test func roundingIsCountedByClass() {
    let sizes = LiveSizes(sizes: [.init(bytes: 60, objects: 2), .init(bytes: 100, objects: 1)], classes: [64, 128])
    #expect(sizes.used([64, 128]).map(\.lostBytes) == [8, 28])
    #expect(abs(sizes.lostShare([64, 128]) - 36.0 / 256) < 1e-12 && sizes.lostShare([104]) > 0)
    #expect(LiveSizes(sizes: [], classes: [8]).lostShare([8]) == 0)
  }

  @Test func whatIsKnownOfSkbDataIsSaid() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var details = MachineDetails()
    details.sizes = someSizes
    #expect(details.sizes?.knowledge == nil)
    details.sizes?.hiddenObjects = 240
    _ = state.update(.input(.key(.character("z"))))
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: details))
    #expect(
      text(state).contains("size asked for; use of 240 skb data unknown: the kernel rounds them up before it asks"))
    details.sizes?.usedObjects = 720
    _ = state.update(.refreshed(snapshot(second: 22), state.status, seconds: 1, details: details))
    #expect(text(state).contains("size asked for; of skb data what was in use, known of 75%"))
  }

  @Test func theLedgerSaysWhatItDoesNotKnow() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = state.update(.input(.key(.character("v"))))
    var hidden = snapshot(second: 21)
    hidden.unknownUseBytes = 3 << 20
    _ = state.update(.refreshed(hidden, state.status, seconds: 1, details: MachineDetails()))
    #expect(state.view == .ledger && text(state).contains("; skb data 3.0M, rounding unknown"))
  }

  private var someSizes: LiveSizes {
    let sizes = [(40, 900), (200, 300), (300, 120), (640, 800), (960, 700), (1920, 240), (9280, 12)]
    return LiveSizes(
      sizes: sizes.map { LiveSizes.Size(bytes: $0.0, objects: $0.1) },
      classes: [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
      advised: [40, 200, 304, 640, 960, 1920, 16384])
  }

  @Test func thePickerListsWhatMatches() throws {
    var state = watchedDashboard(Size(width: 100, height: 30))
    for key in "wbu" { _ = state.update(.input(.key(.character(key)))) }
    try expectGolden(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text(), "picker")
  }

  @Test func nothingSeenYetIsSaid() {
    let status = watchedDashboard(Size(width: 80, height: 24)).status
    let state = DashboardState(status: status, size: Size(width: 80, height: 24))
    #expect(text(state).contains("waiting for the first events"))
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func lastLine(_ state: DashboardState) -> String {
    text(state).split(separator: "\n").last.map(String.init) ?? ""
  }
}
