import Dashboard
import TerminalUI
import Testing
import Workloads

@testable import slabscope

/// Each step of the tour on a real machine: its keys have the effect that it promises.
@Suite struct TourTests {
  /// Seconds of the workload within which a machine is ready, and within which the effect is there.
  private static let limit = 20.0

  @Test(arguments: Tour.steps.indices.filter { Tour.steps[$0].setUp.workload != nil })
  func keysHaveTheirEffect(index: Int) throws {
    let machine = TourMachine()
    var state = DashboardState(
      status: PlaybackStatus(workloads: [], current: 0, policy: ""), size: Size(width: 160, height: 46))
    var effects = state.startTour()
    for _ in 0..<index { effects = state.update(.input(.key(.enter))) }
    try machine.perform(effects, for: &state)
    let ready = try play(machine, &state) { $0 != .preparing }
    #expect(state.tour?.stage == .waitingForKey, "after \(ready) s")
    while let key = state.nextTourKey, state.tour?.stage == .waitingForKey {
      try machine.perform(state.update(.input(.key(key))), for: &state)
    }
    let reached = try play(machine, &state) { stage in
      if case .reached = stage { true } else { false }
    }
    guard case .reached(let text) = state.tour?.stage else {
      Issue.record("\(Tour.steps[index].title): no effect after \(reached) s: \(state.tour?.figure ?? "")")
      return
    }
    #expect(text.hasSuffix("."))
    #expect(state.notice == nil || state.notice?.isFailure == false)
  }

  @Test func textNamesTheStepAndItsMachine() {
    var state = DashboardState(
      status: PlaybackStatus(workloads: [], current: 0, policy: ""), size: Size(width: 160, height: 46))
    _ = state.startTour()
    _ = state.update(.input(.key(.enter)))
    let text = state.tour.map { TourText.beginning(of: $0) } ?? ""
    #expect(text.hasPrefix("2 of \(Tour.steps.count): Sizes are rounded up (S2 of the mail)\n"))
    let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words.contains("packets of 600-1160 bytes, policy power-of-two, 64.0 MiB"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 78 })
  }

  private func play(
    _ machine: TourMachine, _ state: inout DashboardState, until isReached: (TourProgress.Stage) -> Bool
  ) throws -> Double {
    var seconds = 0.0
    while let stage = state.tour?.stage, !isReached(stage), seconds < TourTests.limit {
      try machine.play(seconds: 0.25, for: &state)
      seconds += 0.25
    }
    return seconds
  }
}
