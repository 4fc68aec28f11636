import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Names from outside that contain escape sequences, bidirectional controls, line ends and thousands of characters. No cell of any
/// screen may receive a control character, and no row may be wider than the screen.
@Suite struct HostileNameTests {
  static let names = [
    "\u{1B}]52;c;QUJD\u{7}", "\u{202E}live\u{2066}\u{200F}", "two\nlines\r\n\t", "\u{9B}31m\u{7F}\u{0}\u{85}\u{2028}",
    String(repeating: "x", count: 5000), String(repeating: "\u{65E5}\u{1B}", count: 2500),
    "a" + String(repeating: "\u{301}", count: 5000), "\u{301}", "",
  ]

  /// A name that has all of the characters.
  static let all = names.joined()

  private func dashboard(_ size: Size) -> DashboardState {
    let names = HostileNameTests.names
    let entries = names.map { PlaybackStatus.Entry(name: $0, summary: HostileNameTests.all) }
    var status = PlaybackStatus(workloads: entries, current: 1, policy: HostileNameTests.all)
    status.machine = [names[0]]
    status.exportName = names[2]
    var state = DashboardState(status: status, size: size)
    for second in 0..<4 {
      _ = state.update(
        .refreshed(machine(second), status, seconds: 1, compared: machine(second + 1), details: details))
    }
    return state
  }

  private func machine(_ second: Int) -> Snapshot {
    let names = HostileNameTests.names
    var machine = snapshot(second: second)
    machine.workload = HostileNameTests.all
    machine.policy = names[0] + names[1]
    machine.occupancyProblem = HostileNameTests.all
    for index in machine.caches.indices {
      machine.caches[index].name = names[index]
      machine.caches[index].slabHolder = index == 1 && second > 1 ? names[3] : names[index]
      machine.caches[index].aliases = names
      machine.caches[index].slabBytes += second * 4096
      if index == 2 { machine.caches[index].slabs += second * 40 }
      for slab in (machine.caches[index].slabMap ?? []).indices {
        machine.caches[index].slabMap?[slab].owner = names[slab % names.count]
      }
    }
    machine.generalCaches = machine.generalCaches.map { nodes in
      nodes.enumerated().map { index, node in
        var node = node
        node.cache = names[index % names.count]
        if node.exportedCache != nil { node.exportedCache = names[0] }
        if index == 2 { node.isInService = second % 2 == 0 }
        return node
      }
    }
    return machine
  }

  private var details: MachineDetails {
    let names = HostileNameTests.names
    var details = everyDetail
    details.profile = someProfile(of: names.enumerated().map { ($1, names[$0 % 2], 300, 400, 20 + $0) })
    for slab in details.pinnedSlabs.indices {
      for pin in details.pinnedSlabs[slab].pins.indices {
        details.pinnedSlabs[slab].pins[pin].cache = names[slab]
        details.pinnedSlabs[slab].pins[pin].site = HostileNameTests.all
      }
    }
    for index in (details.shuffling?.entries ?? []).indices { details.shuffling?.entries[index].cache = names[index] }
    return details
  }

  /// Expects that every cell holds one printable grapheme.
  private func expectPrintable(_ state: DashboardState, _ place: String, at location: SourceLocation = #_sourceLocation)
  {
    for (glyphs, theme) in [(GlyphSet.unicode, Theme.midnight), (.ascii, .monochrome)] {
      let canvas = DashboardView.draw(state, theme: theme, glyphs: glyphs)
      let forbidden = canvas.cells.filter { cell in
        guard !cell.isContinuation else { return false }
        return cell.glyph.unicodeScalars.count > 12
          || cell.glyph.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            case .format: scalar != "\u{200D}"
            default: false
            }
          }
      }
      #expect(forbidden.isEmpty, "\(place): \(forbidden.count) cells", sourceLocation: location)
      let lines = canvas.text().split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == state.size.height && lines.allSatisfy { $0.displayWidth <= state.size.width }, "\(place)")
    }
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) {
    for key in keys { _ = state.update(.input(.key(key))) }
  }

  @Test(arguments: [(80, 24), (160, 46), (60, 15)])
  func pagesAndLayoutsDrawPrintableCells(width: Int, height: Int) {
    var state = dashboard(Size(width: width, height: height))
    for page in DashboardPage.allCases {
      expectPrintable(state, page.rawValue)
      press(&state, .tab)
      _ = state.update(
        .refreshed(machine(4), state.status, seconds: 1, compared: machine(5), details: details))
    }
    for preset in Panes.Preset.allCases {
      press(&state, .character("p"))
      for _ in 0..<4 {
        expectPrintable(state, preset.rawValue)
        press(&state, .down)
      }
    }
  }

  @Test(arguments: [(80, 24), (160, 46)])
  func titlesNoticesAndPopupsDrawPrintableCells(width: Int, height: Int) {
    var state = dashboard(Size(width: width, height: height))
    for key in ["w", ":", "?", "e", "O", "J", "a", "/"] {
      press(&state, .character(Character(key)))
      for typed in HostileNameTests.names[0] + HostileNameTests.names[1] { press(&state, .character(typed)) }
      expectPrintable(state, "after \(key)")
      press(&state, .escape, .escape)
    }
    for key in "F\rbTTb" {
      press(&state, key == "\r" ? .enter : .character(key))
      _ = state.update(.refreshed(machine(8), state.status, seconds: 1))
      expectPrintable(state, "after \(key)")
    }
    press(&state, .escape)
    for name in HostileNameTests.names + [HostileNameTests.all] {
      _ = state.update(.exported(name, isFailure: true))
      expectPrintable(state, "notice")
    }
    var status = state.status
    (status.failure, status.comparisonNotice, status.kernelNotice) = (
      HostileNameTests.all, HostileNameTests.all, HostileNameTests.all
    )
    status.history = HistoryPosition(index: 0, count: 1, time: HostileNameTests.names[0])
    var details = details
    details.lastEvent = HostileNameTests.all
    details.profileNotice = HostileNameTests.all
    for key in "vciu" {
      press(&state, .character(key))
      _ = state.update(.refreshed(machine(9), status, seconds: 1, details: details))
      expectPrintable(state, "status on \(key)")
    }
  }

  @Test func growthOfLongNamesIsVisible() throws {
    var state = dashboard(Size(width: 80, height: 24))
    press(&state, .character("b"))
    _ = state.update(.refreshed(machine(60), state.status, seconds: 1))
    press(&state, .character("b"))
    let text = DashboardView.draw(state, theme: .monochrome, glyphs: .ascii).text()
    #expect(text.contains("xxxxx~") && text.contains("+2"))
  }
}
