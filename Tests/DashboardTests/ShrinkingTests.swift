import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Shrinking of a cache of a running kernel by hand.
struct ShrinkingTests {
  private func state(canShrink: Bool) -> DashboardState {
    var state = kernelDashboard(Size(width: 120, height: 40))
    var status = state.status
    if canShrink { status.source.capabilities.insert(.cacheShrinking) }
    _ = state.update(.refreshed(kernelSnapshot(), status, seconds: 1))
    return state
  }

  private func press(_ state: inout DashboardState, _ key: Key) -> [DashboardEffect] {
    state.update(.input(.key(key)))
  }

  @Test("A cache is shrunk only after a confirmation, which says what happens")
  func confirmation() throws {
    var state = state(canShrink: true)
    let cache = try #require(state.selectedCache)
    #expect(press(&state, .character("Z")).isEmpty && state.mode == .shrinking(cache))
    let screen = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
    #expect(screen.contains("writes 1 to /sys/kernel/slab/\(cache)/shrink") && screen.contains("y shrink"))
    #expect(press(&state, .character("x")).isEmpty && state.mode == .shrinking(cache))
    #expect(press(&state, .escape).isEmpty && state.mode == .browsing)
    _ = press(&state, .character("Z"))
    #expect(press(&state, .character("y")) == [.shrinkCache(cache)] && state.mode == .browsing)
  }

  @Test("The result is a notice and an event of the cache", arguments: [false, true])
  func result(isFailure: Bool) {
    var state = state(canShrink: true)
    _ = state.update(
      .shrunk(cache: "dentry", "dentry was shrunk by the user: 68 slabs before, 60 after", isFailure: isFailure))
    #expect(state.notice?.text.contains("68 slabs before") == true && state.notice?.isFailure == isFailure)
    let event = state.liveTrends.events.log.events().last
    #expect(event?.cache == "dentry" && event?.severity == (isFailure ? .failure : .information))
  }

  @Test("Another source refuses the key")
  func refusal() {
    var state = state(canShrink: false)
    #expect(press(&state, .character("Z")).isEmpty && state.mode == .browsing)
    #expect(state.notice?.text.contains("cannot free the empty slabs") == true)
  }
}
