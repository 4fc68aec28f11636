import TerminalUI
import Testing
import Workloads

@testable import Dashboard

/// Steps, keys and effects of the tour, without a terminal and without a machine.
@Suite struct TourProgressTests {
  /// A tour of two steps: one whose key is `A`, and one without a key.
  private var steps: [TourStep] {
    let setUp = TourSetUp("burst", policies: [.powerOfTwo], page: .caches)
    return [
      TourStep(
        title: "first", section: "S3", text: "text", quotation: "words", setUp: setUp,
        actions: [.advise, .applyAdvice],
        effectOfKeys: "add sizes", labels: [], figure: { "rounding \($0.roundingPercent)" },
        isReady: { $0.events > 10 },
        effect: { before, now in
          now.roundingPercent < before.roundingPercent
            ? "from \(before.roundingPercent) to \(now.roundingPercent)" : nil
        }),
      TourStep(
        title: "second", section: nil, text: "text", quotation: nil, setUp: setUp, actions: [], effectOfKeys: "",
        labels: [], figure: { "\($0.caches) caches" }, isReady: { $0.caches > 0 }, effect: { "\($1.caches) caches" }),
    ]
  }

  private func figures(events: Int = 0, rounding: Double = 0, caches: Int = 0) -> TourFigures {
    var figures = TourFigures()
    (figures.events, figures.roundingPercent, figures.caches) = (events, rounding, caches)
    return figures
  }

  private func take(_ action: KeyMap.Action, in tour: inout TourProgress) -> Bool { tour.take(action) }

  @Test func keysWaitUntilTheMachineIsReady() {
    var tour = TourProgress(steps: steps)
    tour.observe(figures(events: 5, rounding: 30))
    #expect(tour.stage == .preparing)
    #expect(!take(.advise, in: &tour) && take(.pause, in: &tour), "only the key of the step has to wait")
    tour.observe(figures(events: 11, rounding: 30))
    #expect(tour.stage == .waitingForKey && tour.nextAction == .advise)
  }

  @Test func effectComparesWithTheFiguresBeforeTheFirstKey() {
    var tour = TourProgress(steps: steps)
    tour.observe(figures(events: 11, rounding: 30))
    #expect(take(.applyAdvice, in: &tour), "the second key alone is not the tour's")
    #expect(tour.stage == .waitingForKey)
    #expect(take(.advise, in: &tour))
    tour.observe(figures(events: 12, rounding: 25))
    #expect(tour.stage == .waitingForKey, "the second key is missing")
    #expect(take(.applyAdvice, in: &tour) && tour.stage == .waitingForEffect && tour.nextAction == nil)
    tour.observe(figures(events: 13, rounding: 30))
    #expect(tour.stage == .waitingForEffect)
    tour.observe(figures(events: 14, rounding: 20))
    #expect(tour.stage == .reached("from 30.0 to 20.0"))
    tour.observe(figures(events: 15, rounding: 9))
    #expect(tour.stage == .reached("from 30.0 to 9.0"), "the sentence follows the figures")
    tour.observe(figures(events: 16, rounding: 40))
    #expect(tour.stage == .reached("from 30.0 to 9.0"), "and is not withdrawn")
  }

  @Test func stepsBeginAnew() {
    var tour = TourProgress(steps: steps)
    tour.move(by: -1)
    #expect(tour.index == 0)
    tour.observe(figures(events: 11, rounding: 30))
    tour.move(by: 1)
    #expect(tour.index == 1 && tour.isAtEnd && tour.stage == .preparing && tour.figure == nil)
    tour.observe(figures(caches: 7))
    #expect(tour.stage == .reached("7 caches"), "a step without keys shows its figures at once")
    tour.move(by: 1)
    #expect(tour.index == 1)
    tour.move(by: -1)
    #expect(tour.index == 0 && tour.nextAction == .advise)
  }

  @Test func failureIsKeptUntilAnotherStep() {
    var tour = TourProgress(steps: steps)
    tour.fail("only root may read it")
    tour.observe(figures(events: 11, rounding: 30))
    #expect(tour.stage == .failed("only root may read it"))
    tour.move(by: 1)
    #expect(tour.stage == .preparing)
  }

  @Test func everyStepHasWhatALearnerNeeds() {
    #expect((9...12).contains(Tour.steps.count) && Set(Tour.steps.map(\.title)).count == Tour.steps.count)
    let sections = Set(Tour.steps.compactMap(\.section))
    #expect(sections == Set(MailIdea.allCases.map(\.rawValue)))
    for step in Tour.steps {
      #expect(!step.text.isEmpty && !step.labels.isEmpty, "\(step.title)")
      #expect((step.quotation == nil) == (step.section == nil), "\(step.title)")
      // The last step shows the running kernel, on which nothing is changed.
      #expect(step.actions.isEmpty == (step.setUp.workload == nil), "\(step.title)")
      for action in step.actions {
        #expect(KeyBindings.standard.firstKey(of: action) != nil, "\(step.title)")
        if action == .policy { #expect(step.setUp.policies.count == 2, "\(step.title)") }
      }
    }
  }
}
