import TerminalUI
import Testing

@testable import Dashboard

/// The pane of the tour, and the keys of the tour in the dashboard.
@Suite struct TourScreenTests {
  private static let sizes = [Size(width: 80, height: 24), Size(width: 160, height: 46)]

  @Test func asteriskStartsTheTourAndEscapeKeepsTheMachine() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    let effects = press(&state, .character("*"))
    #expect(effects.first == .setUp(Tour.steps[0].setUp))
    #expect(text(state).contains("Tour 1 of \(Tour.steps.count): \(Tour.steps[0].title)"))
    #expect(state.size == Size(width: 80, height: 15))
    let left = press(&state, .escape)
    #expect(!left.contains { if case .setUp = $0 { true } else { false } })
    #expect(state.tour == nil && state.size == state.terminalSize && text(state).contains("The machine is yours"))
  }

  @Test func enterAndBackspaceChangeTheStep() {
    var state = watchedDashboard(Size(width: 160, height: 46))
    press(&state, .character("*"))
    #expect(press(&state, .enter).first == .setUp(Tour.steps[1].setUp))
    #expect(state.view == Tour.steps[1].setUp.page)
    #expect(press(&state, .backspace).first == .setUp(Tour.steps[0].setUp))
    for _ in Tour.steps.dropFirst() { press(&state, .enter) }
    #expect(state.tour?.isAtEnd == true)
    press(&state, .enter)
    #expect(state.tour == nil)
  }

  @Test func keysOfTheDashboardActDuringTheTour() {
    var state = watchedDashboard(Size(width: 160, height: 46))
    press(&state, .character("*"))
    #expect(press(&state, .character("m")) == [.squeeze(1)])
    press(&state, .character("/"), .escape)
    #expect(state.tour != nil, "Esc ends a prompt before it ends the tour")
    press(&state, .character("s"))
    #expect(state.view == .slabs)
  }

  @Test func columnsOfAStepAreThoseOfTheStepOnly() {
    var state = watchedDashboard(Size(width: 160, height: 46))
    let before = (state.columns, state.order)
    press(&state, .character("*"))
    let index = Tour.steps.firstIndex { $0.setUp.columns != nil } ?? 0
    for _ in 0..<index { press(&state, .enter) }
    #expect(state.columns == Tour.steps[index].setUp.columns && state.order.column == state.columns.last)
    press(&state, .escape)
    #expect(state.columns == before.0 && state.order == before.1)
  }

  @Test func smallScreenIsRefused() {
    var state = watchedDashboard(Size(width: 60, height: 15))
    #expect(press(&state, .character("*")).isEmpty && state.tour == nil)
    #expect(text(state).contains("needs a window of at least 60x24"))
  }

  @Test func smallerWindowHidesThePane() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    press(&state, .character("*"))
    _ = state.update(.input(.resize(Size(width: 80, height: 20))))
    #expect(state.size == Size(width: 80, height: 20) && !text(state).contains("Tour 1"))
    _ = state.update(.input(.resize(Size(width: 80, height: 24))))
    #expect(text(state).contains("Tour 1"))
  }

  /// Every line of a step, in every stage, has room in the pane.
  @Test(arguments: sizes, Tour.steps.indices)
  func everyStepFitsItsPane(size: Size, index: Int) {
    var tour = TourProgress()
    tour.move(by: index)
    let pane = TourLayout(size, hasTour: true).pane
    func expectRoom(_ tour: TourProgress) {
      let panel = TourPanel(tour: tour, keys: .standard, theme: .midnight, glyphs: .unicode)
      #expect(panel.lineCount(width: pane.width - 4) <= pane.height - 2, "\(tour.step.title): \(tour.stage)")
    }
    expectRoom(tour)
    tour.observe(TourFigures(snapshot(second: 20), everyDetail))
    expectRoom(tour)
    // A reason of failure and a sentence about an effect have at most two lines on a small screen.
    tour.fail(String(repeating: "figures and words ", count: 8))
    expectRoom(tour)
  }

  @Test func figuresAreMarkedWithoutColours() {
    for size in TourScreenTests.sizes {
      var state = watchedDashboard(size)
      press(&state, .character("*"))
      for step in Tour.steps {
        _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: everyDetail))
        if step.actions == [.page(.sites)] {
          press(&state, .character("i"))
          _ = state.update(.refreshed(snapshot(second: 22), state.status, seconds: 1, details: everyDetail))
        }
        let canvas = DashboardView.draw(state, theme: .monochrome, glyphs: .ascii)
        let live = Rect(size: state.size)
        let marked = canvas.cells.indices.contains { index in
          let point = Point(x: index % size.width, y: index / size.width)
          return live.contains(point) && canvas.cells[index].glyph == ">"
            && canvas.cells[index].style.attributes.contains(.bold)
            && canvas[Point(x: point.x + 1, y: point.y)].style.attributes.contains(.reverse)
        }
        #expect(marked, "\(step.title) at \(size.width)x\(size.height)")
        press(&state, .enter)
      }
    }
  }

  @discardableResult
  private func press(_ state: inout DashboardState, _ keys: Key...) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key($0))) }
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }
}
