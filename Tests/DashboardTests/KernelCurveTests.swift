import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Screens of a recording with kernel samples. The kernel has less slab memory than the replay at first, then more.
@Suite struct KernelCurveTests {
  private func recorded(second: Int) -> Snapshot {
    var machine = snapshot(second: second)
    machine.policy = "linux"
    machine.ledger[.freePages] += machine.ledger[.pageHog]
    machine.ledger[.pageHog] = 0
    machine.kernelSlabBytes = machine.slabBytes * (60 + 2 * second) / 100
    for index in machine.caches.indices where machine.caches[index].slabs > 0 {
      machine.caches[index].kernelSlabs = machine.caches[index].slabs + second
      machine.caches[index].kernelSlabBytes = machine.caches[index].slabBytes + second * 4096
    }
    return machine
  }

  private func dashboard(_ size: Size, seconds: Int = 30) -> DashboardState {
    var state = watchedDashboard(size, seconds: 0)
    _ = state.update(.restarted)
    for second in 1...seconds {
      var other = recorded(second: second)
      (other.policy, other.kernelSlabBytes) = ("hemment", nil)
      other.caches[0].slabBytes -= 40_000
      _ = state.update(.refreshed(recorded(second: second), state.status, seconds: 1, compared: other))
    }
    return state
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func press(_ state: inout DashboardState, _ keys: String) {
    for key in keys { _ = state.update(.input(.key(.character(key)))) }
  }

  @Test(arguments: [(120, 40), (80, 24), (60, 15), (200, 60)], ["v", "c", "s", "p"])
  func kernelCurveIsDrawnAtEverySize(size: (width: Int, height: Int), key: String) throws {
    var state = dashboard(Size(width: size.width, height: size.height))
    press(&state, key == "p" ? "ppp" : key)
    // The screen of 80 columns is drawn in ASCII and without colours.
    let isPlain = size.width == 80
    let canvas = DashboardView.draw(
      state, theme: isPlain ? .monochrome : .midnight, glyphs: isPlain ? .ascii : .unicode)
    try expectGolden(canvas.text(), "recorded-\(key == "p" ? "graphs" : key)-\(size.width)x\(size.height)")
  }

  @Test func kernelCurveIsALetterWithoutColours() {
    var state = dashboard(Size(width: 120, height: 40))
    press(&state, "v")
    let plain = DashboardView.draw(state, theme: .monochrome, glyphs: .unicode).text()
    #expect(plain.contains("K kernel ") && plain.contains("KK") && !plain.contains("\u{2812}"))
    #expect(text(state).contains("\u{2812} kernel ") && !text(state).contains("KK"))
  }

  @Test func kernelFiguresAreThoseOfTheSnapshotInView() throws {
    var state = dashboard(Size(width: 120, height: 40), seconds: 20)
    press(&state, "v")
    let bytes = try #require(state.snapshot).slabBytes
    #expect(KernelComparison(recorded(second: 20))?.text == "kernel 1.2 MiB, replay 1.2 MiB (+0.0 %)")
    #expect(text(state).contains("kernel 1.2 MiB, replay 1.2 MiB (+0.0 %)"))
    // A past snapshot has the kernel's figures of its time: as a figure, as a curve and of the selected cache.
    for _ in 0..<11 { press(&state, "t") }
    #expect(text(state).contains("(+28.2 %)"))
    #expect(state.trends.memory.latest?.kernelBytes == bytes * 78 / 100)
    #expect(state.selected?.kernelSlabs == (state.selected?.slabs ?? 0) + 9)
    press(&state, "n")
    #expect(text(state).contains("(+0.0 %)"))
    // A restart discards the kernel's figures.
    _ = state.update(.restarted)
    _ = state.update(.refreshed(snapshot(second: 0), state.status, seconds: 1))
    #expect(!text(state).contains("kernel") && state.trends.memory.latest?.kernelBytes == nil)
  }

  @Test func kernelCurveIncludesLargeObjects() throws {
    var machine = recorded(second: 20)
    machine.largeBytes = 1 << 20
    machine.ledger[.livePayload] += 1 << 20
    machine.ledger[.pageHog] = 4096
    machine.ledger[.freePages] -= 1 << 20 + 4096
    var history = MemoryHistory()
    history.add(machine, nil, seconds: 1)
    #expect(history.latest?.kernelBytes == (machine.kernelSlabBytes ?? 0) + 1 << 20)
    #expect(history.latest?.slabBytes == machine.slabBytes + 1 << 20, "the memory hog is not slab memory")
  }

  @Test func coldReplayIsComparedWithKernelGrowthSinceStart() {
    var state = dashboard(Size(width: 120, height: 40), seconds: 1)
    var machine = recorded(second: 20)
    machine.kernelSlabBytesNotReplayed = (machine.kernelSlabBytes ?? 0) - machine.slabBytes / 2
    #expect(KernelComparison(machine)?.kernelBytes == machine.slabBytes / 2)
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    press(&state, "v")
    #expect(text(state).contains("(+100.0 %), both since the start on an empty machine"))
    _ = state.update(.input(.resize(Size(width: 80, height: 24))))
    #expect(text(state).contains("(+100.0 %), from empty"))
    // If the kernel has less memory than before its first event, there is no percentage.
    machine.kernelSlabBytesNotReplayed = (machine.kernelSlabBytes ?? 0) + 2048
    #expect(KernelComparison(machine)?.text.hasPrefix("kernel -2.0 KiB, replay 1.2 MiB") == true)
    #expect(KernelComparison(machine)?.text.contains("%") == false)
  }

  @Test func reasonForMissingKernelSamplesIsShownOnLedgerPageOnly() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let words = "this recording has no samples"
    press(&state, "v")
    #expect(!text(state).contains("kernel"), "a workload has no kernel")
    var status = state.status
    status.kernelNotice = "The kernel's own slab memory is not known: \(words) of /proc/slabinfo."
    _ = state.update(.refreshed(snapshot(second: 21), status, seconds: 1))
    #expect(text(state).contains(words))
    press(&state, "vppp")
    #expect(!text(state).contains(words))
  }

  @Test func kernelSlabMemoryIsAColumnAndAFilterField() {
    var state = dashboard(Size(width: 120, height: 40), seconds: 3)
    state.columns = [.name, .slabMemory, .kernel]
    press(&state, "/kernel > 0")
    _ = state.update(.input(.key(.enter)))
    #expect(state.rows.count == 7 && text(state).contains("KERNEL"))
    state.columns = [.name, .kernel]
    _ = state.update(.refreshed(snapshot(second: 4), state.status, seconds: 1))
    #expect(state.rows.isEmpty)
  }

  @Test func reasonForMissingCaptureIsShown() {
    var state = dashboard(Size(width: 120, height: 40), seconds: 1)
    var details = MachineDetails()
    details.profileNotice = "Counting the events played so far: 12 are left."
    for page in "iu" {
      press(&state, String(page))
      _ = state.update(.refreshed(recorded(second: 2), state.status, seconds: 1, details: details))
      #expect(text(state).contains("12 are left."))
      _ = state.update(.refreshed(recorded(second: 3), state.status, seconds: 1))
      #expect(text(state).contains("was built without data capture"))
    }
  }
}
