import Profiles
import TextOutput

/// Result of `slabscope leaks` as text: a table of the suspects, sentences about them, and a conclusion.
struct LeakText {
  private let report: LeakReport
  private let inputs: [String]
  private let leastAge: Double

  /// - Parameters:
  ///   - inputs: names of the inputs, for commands that are suggested.
  ///   - leastAge: age in seconds from which on live objects are counted.
  init(_ report: LeakReport, inputs: [String], leastAge: Double) {
    (self.report, self.inputs, self.leastAge) = (report, inputs, leastAge)
  }

  /// Width of the text in columns.
  private static let width = 80

  var text: String {
    var parts: [String] = []
    if !report.suspects.isEmpty { parts = [table] + sentences.map { LeakText.wrapped($0) } }
    parts.append(LeakText.wrapped(LeakText.conclusion(report)))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var table: String {
    let growth = report.seconds == nil ? "GROWTH" : "GROWTH/H"
    var table = TextTable(columns: [
      ("VERDICT", .left(19)), ("CACHE", .left(19)), ("CALL SITE", .left(21)), (growth, .right(10)),
      (leastAge > 0 ? "OLD LIVE" : "LIVE", .right(10)),
    ])
    for suspect in report.suspects {
      table.add([
        suspect.verdict.rawValue, suspect.cache, suspect.site ?? "all",
        ByteCount.change(suspect.growthBytesPerHour.map { LeakText.integer($0) } ?? suspect.growthBytes),
        suspect.liveBytes.map(ByteCount.text) ?? "-",
      ])
    }
    return table.lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
  }

  // MARK: Sentences

  /// A paragraph for each suspect that may leak, then one for each verdict with its meaning and what to do next.
  private var sentences: [String] {
    let leaks = report.suspects.filter(\.verdict.isLeak)
    let kinds: [(GrowthVerdict, isRetained: Bool)] = [
      (.growingSteadily, true), (.growingWithLoad, true), (.growingWithLoad, false),
    ]
    let meanings = kinds.compactMap { verdict, isRetained -> String? in
      let suspects = leaks.filter {
        $0.verdict == verdict && (verdict == .growingSteadily || $0.isRetained == isRetained)
      }
      return suspects.isEmpty ? nil : meaning(verdict, isRetained: isRetained, suspects)
    }
    let others = [GrowthVerdict.cacheFillingUp, .freesNotVisible, .grew].compactMap { verdict -> String? in
      let suspects = report.suspects.filter { $0.verdict == verdict }
      guard !suspects.isEmpty else { return nil }
      return "\(verdict.rawValue): \(LeakText.list(suspects.map(subject))). \(explanation(verdict, suspects))"
    }
    return leaks.map { subject($0) + ": " + figures($0) } + meanings + others
  }

  private func subject(_ suspect: LeakSuspect) -> String {
    suspect.cache + (suspect.site.map { " (\($0))" } ?? "")
  }

  private func figures(_ suspect: LeakSuspect) -> String {
    var sentences = ["\(suspect.verdict.rawValue)\(rate(suspect))."]
    if let objects = suspect.liveObjects, let bytes = suspect.liveBytes {
      let age = suspect.medianAgeSeconds.map { ", half of all for more than \(LeakText.duration($0))" } ?? ""
      let old = leastAge > 0 ? " older than \(LeakText.duration(leastAge))" : ""
      sentences.append("\(objects) objects\(old) (\(ByteCount.text(bytes))) are live\(age).")
    }
    if let reported = suspect.cacheGrowthObjects {
      sentences.append(
        "They grew by \(suspect.growthObjects), and all objects of the cache by \(reported) by the kernel's own count.")
    }
    if suspect.stack.count > 1 { sentences.append("Call stack: \(suspect.stack.joined(separator: " < ")).") }
    return sentences.joined(separator: " ")
  }

  private func meaning(_ verdict: GrowthVerdict, isRetained: Bool, _ suspects: [LeakSuspect]) -> String {
    let check =
      "a program may keep the objects (files and sockets: lsof, ss -s). If none does, check that the kernel's code at the call site "
      + "frees each object on every path, also after errors."
    let record =
      suspects.contains { $0.site == nil }
      ? " A recording names call sites: slabscope record -o x.slabtrace, then slabscope leaks x.slabtrace." : ""
    if verdict == .growingSteadily {
      return
        "growing steadily means that objects are allocated all the time and not freed, which is how a leak looks. Next: "
        + check + record
    }
    if isRetained {
      return
        "growing with load means that the growth follows the number of events and the objects are not freed: each operation may "
        + "leak one. Next: end the load and look again. If the live bytes stay: " + check + record
    }
    return
      "growing with load, while old objects are freed, means that objects are freed more slowly than they are allocated, as in a "
      + "queue. Next: end the load and look again. The live bytes fall unless objects are leaked as well." + record
  }

  private func rate(_ suspect: LeakSuspect) -> String {
    guard let perHour = suspect.growthBytesPerHour else { return " by \(ByteCount.text(suspect.growthBytes))" }
    return " by \(ByteCount.text(LeakText.integer(perHour))) an hour"
  }

  private func explanation(_ verdict: GrowthVerdict, _ suspects: [LeakSuspect]) -> String {
    switch verdict {
    case .cacheFillingUp:
      let reclaimable = suspects.filter(\.isReclaimable).map(subject)
      let others = suspects.filter { !$0.isReclaimable }.map(subject)
      var sentences: [String] = []
      if !reclaimable.isEmpty {
        let objects = others.isEmpty ? "these objects" : "the objects of \(LeakText.list(reclaimable))"
        sentences.append(
          "The kernel keeps \(objects) for later use and frees them when memory is short, except those of open files and "
            + "sockets. To check: echo 2 > "
            + "/proc/sys/vm/drop_caches, then look again.")
      }
      if !others.isEmpty {
        sentences.append(
          "The growth of \(LeakText.list(others)) becomes slower, as in a table that fills up. It is a leak if a longer "
            + "recording shows that it does not end.")
      }
      return sentences.joined(separator: " ")
    case .freesNotVisible:
      let contradicted = suspects.filter { $0.cacheGrowthObjects != nil }
      var sentences: [String] = []
      if !contradicted.isEmpty {
        let pairs = contradicted.prefix(4).map { suspect in
          "\(suspect.cache) \(suspect.cacheGrowthObjects ?? 0) instead of \(suspect.growthObjects)"
        }
        sentences.append(
          "By the kernel's own count, these caches grew by fewer objects than look live (\(pairs.joined(separator: ", "))): "
            + "objects were freed without an event (in bulk, or after an RCU grace period), or older ones were freed meanwhile. The "
            + "growth is no evidence of a leak.")
      }
      let unconfirmed = suspects.filter { $0.cacheGrowthObjects == nil }
      if !unconfirmed.isEmpty {
        let subjects = LeakText.list(unconfirmed.map(subject))
        let objects = contradicted.isEmpty ? "their objects" : "the objects of \(subjects)"
        sentences.append(
          "Of \(objects), \(LeakText.percentages(unconfirmed.compactMap(\.unseenShare))) ended without a recorded free, so that "
            + "objects that look live may have been freed. A history shows the true size of the cache: slabscope history FILE "
            + "--record, then slabscope leaks FILE.")
      }
      return sentences.joined(separator: " ")
    case .grew:
      return
        "\(report.moments) moments show growth, but not whether it is steady; at least \(GrowthEvidence.leastPoints) are "
        + "needed. Next: record a history (slabscope history FILE --record), then slabscope leaks FILE."
    case .growingSteadily, .growingWithLoad: return ""
    }
  }

  // MARK: Conclusion

  /// Returns the conclusion of a report in one paragraph: whether it finds a leak, and what was examined.
  static func conclusion(_ report: LeakReport) -> String {
    let leaks = report.suspects.count { $0.verdict.isLeak }
    var examined = report.hasSites ? "\(report.examined) pairs of call site and cache" : "\(report.examined) caches"
    examined += " at \(report.moments) moments"
    if let seconds = report.seconds { examined += " in \(duration(seconds))" }
    examined += " were examined"
    if let share = report.unseenShare {
      examined += "; \(percentage(share)) of all objects ended without a recorded free"
    }
    if leaks > 0 { return "\(leaks == 1 ? "1 suspect" : "\(leaks) suspects") may leak: \(examined)." }
    guard report.isConclusive else {
      return "Too few moments to find a leak: \(examined). At least \(GrowthEvidence.leastPoints) moments in "
        + "\(duration(GrowthEvidence.leastSeconds)) are needed."
    }
    return "No leak found: \(examined). Growth of fewer than \(Int(GrowthEvidence.leastObjects)) objects is not judged."
      + delayedFrees(report)
  }

  /// Returns a sentence about the caches whose objects a timer frees later; empty if there are none.
  private static func delayedFrees(_ report: LeakReport) -> String {
    guard let longest = report.delayedFrees.values.max() else { return "" }
    let caches = list(report.delayedFrees.keys.sorted())
    return
      " The growth of \(caches) is not judged either: a timer frees the objects after up to \(duration(longest)), so that "
      + "\(duration(GrowthEvidence.leastDelays * longest)) must be recorded."
  }

  /// Returns seconds as text: `63.4 s`, `5.2 min`, `3.0 h`.
  private static func duration(_ seconds: Double) -> String {
    let (value, unit) = seconds < 120 ? (seconds, "s") : seconds < 7200 ? (seconds / 60, "min") : (seconds / 3600, "h")
    return String(printf: value < 0.1 ? "%.3f " : "%.1f ", value) + unit
  }

  private static func percentage(_ share: Double) -> String {
    share > 0 && share < 0.01 ? "less than 1 %" : "\(Int((share * 100).rounded())) %"
  }

  /// Returns the range of shares: `43 %` or `43 % to 97 %`.
  private static func percentages(_ shares: [Double]) -> String {
    guard let least = shares.min(), let largest = shares.max() else { return "an unknown share" }
    let (one, two) = (percentage(least), percentage(largest))
    return one == two ? one : "\(one) to \(two)"
  }

  /// Returns the first names of a list, and the number of the others.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(4)
    return shown.joined(separator: ", ") + (names.count > shown.count ? " and \(names.count - shown.count) more" : "")
  }

  private static func integer(_ number: Double) -> Int { Int(min(max(number, -1e18), 1e18)) }

  /// Breaks a paragraph into lines.
  private static func wrapped(_ paragraph: String) -> String {
    var lines = [""]
    for word in EscapedText.line(paragraph).split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
