import TerminalUI
import Testing

@testable import Dashboard

@Suite struct TypedTimeTests {
  @Test func everyExampleInTheHelpIsAccepted() throws {
    let help = try #require(KeyMap.bindings.first { $0.action == .jump }).help
    let prefix = "jump to a time: "
    #expect(help.hasPrefix(prefix))
    let examples = help.dropFirst(prefix.count).split(separator: ",").map(String.init)
    let expected: [TypedTime] = [
      .ago(30), .ago(30), .ago(120), .ago(3600), .ago(120), .ago(90), .clock(50_700), .clock(50_700),
    ]
    #expect(examples.map { TypedTime($0) } == expected)
  }

  @Test func everyFormIsNamedByTheHelp() {
    // A form is a text with its digits replaced by 0: each that is accepted is one of the help, apart from digits and spaces.
    func form(_ text: String) -> String {
      text.filter { $0 != " " }.replacing(#/[0-9.]+/#, with: "0")
    }
    let named = Set(TypedTime.forms.split(separator: ",").map { form(String($0)) })
    let plain = ["0", "0s", "0m", "0h", "0:0", "0:0:0"]
    for text in plain where TypedTime(text) != nil {
      #expect(named.contains(text), "\(text)")
    }
    // `-` and `ago` are each named once: they mean the same before and after any age.
    #expect(named.contains { $0.hasPrefix("-") } && named.contains { $0.hasSuffix("ago") })
    for age in ["30", "30s", "2m", "1h", "1:30", "1:02:03"] {
      #expect(TypedTime("-\(age)") != nil && TypedTime("-\(age)") == TypedTime("\(age) ago"), "\(age)")
    }
  }

  @Test func otherTextsAreRefused() {
    for text in [
      "", "-", "ago", "a:1", "1:60", "24:00", "24:00:00", "1:2:3:4", "nan", "inf", "--1", "1:-2", "14:05m", ":",
    ] {
      #expect(TypedTime(text) == nil, "\(text)")
    }
    #expect(TypedTime("90:00 ago") == .ago(5400) && TypedTime("1:00:00 ago") == .ago(3600))
    #expect(TypedTime("0:00") == .clock(0) && TypedTime("1.5m") == .ago(90) && TypedTime("2M AGO") == .ago(120))
  }

  @Test func promptAndErrorNameTheForms() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    for key in "Jx" { _ = state.update(.input(.key(.character(key)))) }
    let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
    #expect(text.contains(TypedTime.forms))
    _ = state.update(.input(.key(.enter)))
    #expect(state.notice?.text == "'x': expected a time, such as \(TypedTime.forms)")
  }
}
