import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Tests of the activity strip, and of the message about failed allocations.
@Suite struct FirstPageTests {
  @Test func stripCountsSharedSlabsOrdersFallbacksRefusalsAndShuffling() {
    var state = watchedDashboard(Size(width: 160, height: 46))
    var machine = snapshot(second: 21)
    machine.caches[0].slabHolder = "kmalloc-1k"
    machine.caches[4].fallbacksByOrder?[0] = 30
    machine.caches[4].refusalsByOrder?[2] = 12
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    let (first, second) = (line(6, state), line(7, state))
    #expect(first.contains("slabs 140") && first.contains("shared slabs 24 ▲12/s"), "\(first)")
    #expect(first.contains("by page order █0 51") && first.contains("█1 58") && first.contains("█3 1"), "\(first)")
    #expect(second.contains("order fallbacks 30 ▲15/s") && second.contains("orders refused 12 ▲6/s"), "\(second)")
    #expect(second.contains("objects moved 2.5k ▲120/s") && second.contains("pages returned 189 ▲9/s"), "\(second)")
  }

  @Test func narrowASCIIScreenMarksRisingFigures() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    var machine = snapshot(second: 21)
    machine.caches[4].fallbacksByOrder?[0] = 1_234_000
    machine.caches[6].slabsByOrder[3] = 0
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    let lines = DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text().split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[6].contains("order ") && lines[6].contains("#0 51") && lines[6].contains("=1 58"), "\(lines[6])")
    #expect(lines[7].contains("fallbacks 1.2M ^ ") && lines[7].contains("returned 189 ^9/s"), "\(lines[7])")
  }

  @Test func figuresThatAKernelDoesNotCountAreLeftOut() {
    var status = watchedDashboard(Size(width: 120, height: 40)).status
    status.source = SourceDescription(title: "The running kernel", capabilities: [])
    var state = DashboardState(status: status, size: Size(width: 120, height: 40))
    for second in 0...3 {
      var machine = snapshot(second: second)
      (machine.objectsMoved, machine.pagesReturnedByShuffler) = (nil, nil)
      for index in machine.caches.indices {
        (machine.caches[index].fallbacksByOrder, machine.caches[index].refusalsByOrder) = (nil, nil)
        machine.caches[index].allocations = nil
      }
      _ = state.update(.refreshed(machine, status, seconds: 1))
    }
    #expect(line(6, state).contains("slabs 140") && line(6, state).contains("by page order"))
    let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
    for label in ["shared", "fallbacks ", "refused", "moved", "returned"] { #expect(!text.contains(label), "\(label)") }
  }

  @Test func lowScreenHasNoStrip() {
    let state = watchedDashboard(Size(width: 60, height: 15))
    #expect(state.layout.strip.height == 0 && watchedDashboard(Size(width: 80, height: 24)).layout.strip.height == 2)
  }

  @Test func messageAboutFailedAllocationsNamesTheCauseAndTheKey() {
    var state = watchedDashboard(Size(width: 100, height: 30), seconds: 2)
    #expect(!text(state).contains("failed"))
    // The workload of the fixture runs with a memory hog of 8 MiB.
    var machine = snapshot(second: 3)
    machine.failedAllocations = 12
    machine.caches[3].refusalsByOrder?[0] = 3
    _ = state.update(.refreshed(machine, state.status, seconds: 1))
    #expect(text(state).contains("Out of memory: 12 allocations failed, the memory hog has 8.0 MiB; M frees some"))
    // Refused orders are the cause if no page is missing.
    machine.caches[3].refusalsByOrder?[0] = 0
    machine.injectedFailures = 90
    #expect(message(machine) == "12 allocations failed: page orders above 0 are refused; o allows them")
    (machine.injectedFailures, machine.ledger[.pageHog]) = (nil, 0)
    #expect(message(machine) == "12 allocations failed: no free block of their page order; Y tries another policy")
    machine.caches[3].refusalsByOrder?[0] = 3
    #expect(
      message(machine) == "Out of memory: 12 allocations failed; use a larger --memory, or Y for another policy")
    #expect(message(machine, hasKeys: false) == "Out of memory: 12 allocations failed")
  }

  @Test func messageAboutFailedAllocationsDisappearsWhenNoFurtherOneFails() {
    var state = watchedDashboard(Size(width: 100, height: 30), seconds: 2)
    for second in 3...9 {
      var machine = snapshot(second: second)
      machine.failedAllocations = 12
      _ = state.update(.refreshed(machine, state.status, seconds: 1))
      #expect(text(state).contains("12 allocations failed") == (second < 8), "second \(second)")
    }
  }

  @Test func memoryOutsideSlabsIsAFigureBesideTheBar() {
    let header = line(1, watchedDashboard(Size(width: 100, height: 30)))
    #expect(header.contains("slab memory ") && header.contains("███"), "\(header)")
    #expect(header.contains("memory hog 8.0 MiB") && header.contains("of 64.0 MiB"), "\(header)")
  }

  @Test func comparedPolicyThatFailsAllocationsIsNotSaidToUseLess() {
    var state = watchedDashboard(Size(width: 200, height: 50))
    var other = snapshot(second: 21)
    (other.policy, other.failedAllocations) = ("linux", 1200)
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, compared: other))
    #expect(text(state).contains("linux policy would fail 1.2k allocations"))
  }

  /// Returns the message about the failures between two snapshots, the first of which has none.
  private func message(_ machine: Snapshot, hasKeys: Bool = true) -> String? {
    var history = ActivityHistory()
    var before = snapshot(second: 0)
    before.failedAllocations = 0
    before.injectedFailures = machine.injectedFailures.map { _ in 0 }
    history.add(before, seconds: 0)
    history.add(machine, seconds: 1)
    return AllocationFailures(history, machine)?.message { action in
      hasKeys ? KeyBindings.standard.bindings.first { $0.action == action }?.keys.first?.name : nil
    }
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func line(_ number: Int, _ state: DashboardState) -> String {
    text(state).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[number]
  }
}
