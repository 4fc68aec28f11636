/// Step of the tour: an idea of the mail on a running machine, the key that shows its effect, and the figures by which the effect is
/// recognised.
package struct TourStep: Sendable {
  /// Title in a few words.
  package let title: String
  /// Section of the mail, such as S3; nil for the step about the running kernel.
  package let section: String?
  /// Explanation in plain words.
  package let text: String
  /// Words of the mail, exactly as they are there; nil for the step about the running kernel.
  package let quotation: String?
  /// Machine and page of the step.
  package let setUp: TourSetUp
  /// Actions whose keys the learner presses, one after the other; none if the step only shows figures.
  let actions: [KeyMap.Action]
  /// What the keys do, as the rest of a sentence: "Press A to ...".
  package let effectOfKeys: String
  /// Labels on the screen that belong to the figure to watch.
  let labels: [String]
  /// Returns the figure to watch in words, such as "rounding is 30 % of the allocated bytes".
  let figure: @Sendable (TourFigures) -> String
  /// Returns whether the machine has run long enough for the keys to have a visible effect.
  let isReady: @Sendable (TourFigures) -> Bool
  /// Returns what the keys changed, from the figures before the first key and now; nil as long as the effect is not there.
  let effect: @Sendable (_ before: TourFigures, _ now: TourFigures) -> String?
}
