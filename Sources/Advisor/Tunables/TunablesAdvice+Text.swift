import FoundationEssentials
import Telemetry
import TextOutput

extension TunablesAdvice {
  /// Tables of the settings and boot parameters with their savings and costs, followed by the commands and the text for the
  /// kernel's command line, or by the recommendation to change nothing.
  package var text: String {
    let title =
      "\(input): \(events) events, the first \(searchedEvents) searched, the others held out; mean slab memory "
      + "\(TunablesAdvice.size(meanBytes[0])) searched, \(TunablesAdvice.size(meanBytes[1])) held out"
    return [title, settingsText, bootParameters.text].joined(separator: "\n\n")
  }

  /// Text about the settings of caches.
  private var settingsText: String {
    guard !settings.isEmpty else {
      return "no change recommended: no cpu_partial or min_partial of a cache has a mean saving of "
        + "\(TunablesAdvice.size(TunablesAdvice.minimumSaving)) in both parts"
    }
    var table = TextTable([
      "cache", "cpu_partial", "min_partial", "saved: mean", "peak", "list operations", "held out: mean", "peak",
      "list operations",
    ])
    for setting in settings {
      table.add(
        [setting.cache, TunablesAdvice.change(setting.cpuPartial), TunablesAdvice.change(setting.minimumPartial)]
          + TunablesAdvice.cells(setting.searched) + TunablesAdvice.cells(setting.heldOut))
    }
    table.add(["all settings, replayed", "", ""] + combined.flatMap(TunablesAdvice.cells))
    let shares = zip(combined, meanBytes).map { Double($0.meanBytes) * 100 / Double(max(1, $1)) }
    let saving = String(printf: "all settings together save %.2f %%, held out %.2f %%", shares[0], shares[1])
    let verdict = recommendsNoChange ? "no change recommended: \(saving)" : "change the settings: \(saving)"
    // JSON contains the commands even if they are not recommended.
    let commands = recommendsNoChange ? [] : settings.flatMap(\.commands).map { "  \($0)" }
    return
      ([verdict, ""] + table.lines
      + (recommendsNoChange ? [] : ["", "commands, to run as root; effective until the next boot:"]) + commands)
      .joined(separator: "\n")
  }

  /// Returns the advice as a JSON object.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }

  private static func cells(_ saving: Saving) -> [String] {
    [size(saving.meanBytes), size(saving.peakBytes), String(printf: "%+ld", saving.addedListOperations)]
  }

  private static func change(_ change: Change) -> String {
    change.from == change.to ? "\(change.from)" : "\(change.from) to \(change.to)"
  }

  static func size(_ bytes: Int) -> String { ByteCount.text(bytes) }
}
