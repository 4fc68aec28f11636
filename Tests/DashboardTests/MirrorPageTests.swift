import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Comparison page of the running kernel and its mirror.
struct MirrorPageTests {
  /// Returns the figures of a mirror whose machine has fewer slabs in one cache and a cache that the kernel lacks.
  private func figures(second: Int) -> MirrorFigures {
    var kernel = kernelSnapshot()
    kernel.policy = "kernel"
    var mirror = kernel
    mirror.policy = "hemment"
    mirror.caches[3].slabs -= 40
    mirror.caches[3].slabBytes -= 40 << 15
    mirror.caches[3].slabsByOrder[3] -= 40
    mirror.caches.append(kernelCache("kmalloc-1536", 1536, 1536, order: 0, objects: 2, .kmalloc) { _ in 1 })
    mirror.ledger = ByteLedger()
    for cache in mirror.caches { mirror.ledger.add(cache) }
    var figures = MirrorFigures(
      kernel: kernel, mirror: mirror, modelBytes: kernel.slabBytes + second * 40_000, modelErrorPercent: 0.31,
      meanModelErrorPercent: 0.12, worstModelErrorPercent: -0.52, comparisons: second)
    (figures.kernelGrowthBytes, figures.modelGrowthBytes) = (300_000, 300_000 + second * 40_000)
    (figures.events, figures.eventsBehind, figures.microsecondsBehind) = (1_250_000, 312, 47_000)
    (figures.olderObjects, figures.requestedBytes, figures.allocatedBytes) = (48_000, 1_000_000, 1_240_000)
    (figures.mirrorRoundingBytes, figures.unseenFreesByAddress) = (82_000, 21_700)
    (figures.correctedFrees, figures.correctedAllocations) = (3_400, 120)
    return figures
  }

  private func dashboard(_ size: Size, stopped reason: String? = nil) -> DashboardState {
    var state = kernelDashboard(size)
    var status = state.status
    status.source.capabilities.insert(.comparison)
    status.comparisonNotice = reason
    for second in 1...20 {
      let mirror = figures(second: second)
      var details = MachineDetails()
      details.mirror = mirror
      _ = state.update(
        .refreshed(kernelSnapshot(), status, seconds: 1, compared: mirror.mirror, details: details))
    }
    state.view = .comparison
    return state
  }

  private func text(_ state: DashboardState, _ glyphs: GlyphSet = .unicode) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: glyphs).text()
  }

  @Test(arguments: [(60, 15), (80, 24), (160, 46)])
  func mirrorPageFitsEverySize(width: Int, height: Int) throws {
    let state = dashboard(Size(width: width, height: height))
    try expectGolden(text(state, width == 80 ? .ascii : .unicode), "mirror-\(width)x\(height)")
  }

  @Test func reasonOfAStopIsShownAboveTheFigures() {
    let state = dashboard(
      Size(width: 160, height: 46), stopped: "The kernel is faster than the mirror: it was 5.1 s behind.")
    #expect(text(state).contains("it was 5.1 s behind") && text(state).contains("linux model: error"))
  }

  @Test func labelsOfTheMirrorAreOnItsPageAndInTheHelp() {
    let state = dashboard(Size(width: 200, height: 60))
    for label in ComparedFigures.mirrorLabels { #expect(text(state).contains(label.label), "\(label.label)") }
    #expect(state.labels.starts(with: ComparedFigures.mirrorLabels))
  }

  @Test func unknownFiguresAreDashes() {
    var mirror = figures(second: 1)
    for index in mirror.kernel.caches.indices { mirror.kernel.caches[index].partialSlabs = nil }
    let partial = ComparedFigures.all(mirror).first { $0.label == "partial slabs" }
    #expect(partial?.current == "-" && partial?.difference == "" && partial?.isBetter == nil)
  }

  @Test func omittedCachesAndUncertainCountsAreNamed() {
    var mirror = figures(second: 1)
    (mirror.omittedCaches, mirror.knowsLiveObjects, mirror.lostEvents) = (["nfs"], false, 5)
    let lines = MirrorText(figures: mirror).lines.joined(separator: "\n")
    #expect(lines.contains("several caches have the same name: nfs") && lines.contains("5 lost"))
    #expect(lines.contains("free objects on CPUs count as live"))
  }

  @Test func noticeIsShownBeforeTheFirstComparison() {
    var state = kernelDashboard(Size(width: 120, height: 40))
    state.status.source.capabilities.insert(.comparison)
    state.status.comparisonNotice = "No mirror runs; C starts one"
    state.view = .comparison
    #expect(text(state).contains("No mirror runs; C starts one"))
  }
}
