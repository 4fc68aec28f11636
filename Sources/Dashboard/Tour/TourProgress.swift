import Telemetry

/// Position in the tour, and what the learner has done in the step.
package struct TourProgress: Sendable {
  /// Stage of a step.
  package enum Stage: Sendable, Hashable {
    /// The machine fills its memory; the keys would not have an effect yet.
    case preparing
    /// The learner can press the next of the step's keys.
    case waitingForKey
    /// All keys were pressed, and the effect is not there yet.
    case waitingForEffect
    /// The effect is there: a sentence with the figures before and now.
    case reached(String)
    /// The machine of the step could not be set up: the reason, and what the user can do.
    case failed(String)
  }

  /// Steps of the tour.
  package let steps: [TourStep]
  /// Index of the step.
  package private(set) var index = 0
  /// Stage of the step.
  package private(set) var stage = Stage.preparing
  /// Number of the step's keys that were pressed.
  private(set) var pressed = 0
  /// Latest figures of the step's machine; nil before the first.
  private(set) var now: TourFigures?
  /// Figures when the first key was pressed; nil before.
  private(set) var before: TourFigures?

  init(steps: [TourStep] = Tour.steps) { self.steps = steps }

  /// The step in view.
  package var step: TourStep { steps[index] }
  /// Whether the step in view is the last one.
  package var isAtEnd: Bool { index + 1 == steps.count }
  /// Action whose key the learner presses next; nil if all were pressed.
  var nextAction: KeyMap.Action? { step.actions.dropFirst(pressed).first }

  /// The figure to watch in words; nil before the first figures.
  package var figure: String? { now.map(step.figure) }

  /// Goes a number of steps forward, or back if it is negative; at the first and at the last step it begins that step anew.
  mutating func move(by distance: Int) {
    index = min(max(0, index + distance), steps.count - 1)
    (stage, pressed, now, before) = (.preparing, 0, nil, nil)
  }

  /// Takes new figures of the step's machine.
  mutating func observe(_ figures: TourFigures) {
    if case .failed = stage { return }
    now = figures
    if let before {
      // A sentence that was shown is kept up to date, and never withdrawn.
      if pressed == step.actions.count, let text = step.effect(before, figures) { stage = .reached(text) }
    } else if stage == .preparing, step.isReady(figures) {
      stage = .waitingForKey
      if step.actions.isEmpty {
        before = figures
        observe(figures)
      }
    }
  }

  /// Takes note of an action of the learner.
  /// - Returns: false if the action is the next of the step but would not have a visible effect yet.
  mutating func take(_ action: KeyMap.Action) -> Bool {
    guard action == nextAction else { return true }
    guard stage == .waitingForKey else { return false }
    if before == nil { before = now }
    pressed += 1
    if pressed == step.actions.count { stage = .waitingForEffect }
    return true
  }

  /// Takes note that the machine of the step could not be set up.
  mutating func fail(_ reason: String) { stage = .failed(reason) }
}
