import Foundation
import Telemetry
import TextOutput

extension TunablesAdvice {
  /// Tables of the settings and boot parameters with their gains and prices, and the commands and the text for the command
  /// line; or the advice to leave all as it is.
  public var text: String {
    let title =
      "\(input): \(events) events, the first \(searchedEvents) searched, the others held out; slab memory on average "
      + "\(TunablesAdvice.size(meanBytes[0])), then \(TunablesAdvice.size(meanBytes[1]))"
    return [title, settingsText, bootParameters.text].joined(separator: "\n\n")
  }

  /// The settings of caches.
  private var settingsText: String {
    guard !settings.isEmpty else {
      return "leave it: no cpu_partial or min_partial of a cache saves "
        + "\(TunablesAdvice.size(TunablesAdvice.leastSaving)) on average in both parts"
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
    table.add(["together, replayed", "", ""] + together.flatMap(TunablesAdvice.cells))
    let shares = zip(together, meanBytes).map { Double($0.meanBytes) * 100 / Double(max(1, $1)) }
    let saving = String(format: "all settings together save %.2f %%, held out %.2f %%", shares[0], shares[1])
    let verdict = isBestLeft ? "leave it: \(saving)" : "change the settings: \(saving)"
    // Commands that are not advised are among the JSON only.
    let commands = isBestLeft ? [] : settings.flatMap(\.commands).map { "  \($0)" }
    return ([verdict, ""] + table.lines + (isBestLeft ? [] : ["", "as root, until the next boot:"]) + commands)
      .joined(separator: "\n")
  }

  /// A JSON object.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  private static func cells(_ saving: Saving) -> [String] {
    [size(saving.meanBytes), size(saving.peakBytes), String(format: "%+ld", saving.addedListOperations)]
  }

  private static func change(_ change: Change) -> String {
    change.from == change.to ? "\(change.from)" : "\(change.from) to \(change.to)"
  }

  static func size(_ bytes: Int) -> String {
    abs(bytes) >= 16 << 20 ? String(format: "%.1f MiB", Double(bytes) / 1048576) : "\(bytes / 1024) KiB"
  }
}
