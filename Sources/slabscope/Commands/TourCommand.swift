import ArgumentParser
import Dashboard
import TerminalUI
import TextOutput
import Workloads

/// `slabscope tour`: walks through the ideas of the mail on a running machine, in the dashboard or as text.
struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Learn the ideas of the mail on a running machine, step by step.",
    discussion: """
      Each step sets up a machine, marks the figure to watch, names the key that changes it, and says when the effect is there. \
      Enter goes on, Backspace back, Esc leaves the tour and keeps the machine; every other key acts as in the dashboard, where \
      * starts the tour. The last step shows the running kernel (needs root).

      EXAMPLES
        slabscope tour
        slabscope tour --text
        sudo slabscope tour
      """)

  @Flag(help: "Print the tour with the figures of a real run, without a screen.")
  var text = false

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    if text, screen.isSet { throw ValidationError("--text and the options of the screen exclude each other") }
  }

  func run() throws {
    if text { return try printText() }
    let catalog = SourceCatalog(recording: nil, workload: nil, seed: TourSetUp.seed)
    let status = try screen.show(try Configuration.user(), catalog, PlaybackOptions.parse([]), startsTour: true)
    ScreenOptions.end(with: status)
  }

  /// Seconds of the workload between two looks at the figures, and within which a machine is ready and an effect is there.
  private static let (interval, limit) = (0.25, 20.0)

  /// Plays every step, presses its keys, and prints the figures before and after.
  /// - Throws: a `Failure` if the effect of a step is not there in time.
  private func printText() throws {
    let machine = TourMachine()
    var state = DashboardState(
      status: PlaybackStatus(workloads: [], current: 0, policy: ""), size: Size(width: 160, height: 46))
    try machine.perform(state.startTour(), for: &state)
    while let tour = state.tour {
      Standard.output(TourText.beginning(of: tour))
      try play(machine, &state)
      Standard.output("\n")
      let effects = state.update(.input(.key(.enter)))
      if state.tour != nil { try machine.perform(effects, for: &state) }
    }
  }

  /// Plays a step to its effect.
  private func play(_ machine: TourMachine, _ state: inout DashboardState) throws {
    try wait(machine, &state) { $0 != .preparing }
    if let figure = state.tour?.figure, state.nextTourKey != nil {
      Standard.output(TourText.paragraph("Now: \(figure)."))
    }
    var names: [String] = []
    while let key = state.nextTourKey, state.tour?.stage == .waitingForKey {
      names.append(state.nextTourKeyName ?? "")
      try machine.perform(state.update(.input(.key(key))), for: &state)
    }
    if !names.isEmpty, let step = state.tour?.step {
      Standard.output(TourText.paragraph("Press \(names.joined(separator: ", then ")) to \(step.effectOfKeys)."))
    }
    let seconds = try wait(machine, &state) { stage in
      switch stage {
      case .reached, .failed: true
      default: false
      }
    }
    switch state.tour?.stage {
    case .reached(let text):
      let time = machine.isKernel || seconds == 0 ? "" : "After \(String(printf: "%.2g s", seconds)) of the workload: "
      Standard.output(TourText.paragraph(time + text))
    case .failed(let reason): Standard.output(TourText.paragraph(reason))
    default: break
    }
  }

  /// Plays until the step has a stage.
  /// - Returns: seconds of the workload that were played.
  @discardableResult
  private func wait(
    _ machine: TourMachine, _ state: inout DashboardState, until isReached: (TourProgress.Stage) -> Bool
  ) throws -> Double {
    var seconds = 0.0
    while let tour = state.tour, !isReached(tour.stage) {
      guard seconds < TourCommand.limit else {
        throw Failure.failed(
          "step \(tour.index + 1) (\(tour.step.title)): expected its effect within \(Int(TourCommand.limit)) s of the workload"
        )
      }
      try machine.play(seconds: TourCommand.interval, for: &state)
      seconds += TourCommand.interval
    }
    return seconds
  }
}
