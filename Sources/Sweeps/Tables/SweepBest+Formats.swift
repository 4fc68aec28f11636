import TextOutput

extension SweepBest {
  /// Two tables of text: the best policy of each setting, and the score of each policy.
  package var text: String {
    var settings = TextTable(
      ["input", "memory", "pressure", "lowest peak", "policy", "next", "next needs", "Pareto front"],
      lastColumn: .figures)
    for ranking in rankings {
      settings.add([
        ranking.setting.input, ByteCount.text(ranking.setting.memoryBytes), "\(ranking.setting.pressure)%",
        ByteCount.text(Int(ranking.peakSlabBytes.rounded())) + (ranking.isIncomplete ? " (incomplete)" : ""),
        ranking.winners.joined(separator: " = "), ranking.next ?? "-",
        ranking.nextExcess.map { String(printf: "%+.1f%%", $0 * 100) } ?? "-",
        ranking.paretoFront.joined(separator: " "),
      ])
    }
    var policies = TextTable(["policy", "wins", "ties", "on front", "peak relative to lowest"], lastColumn: .figures)
    for score in scores {
      policies.add([
        score.policy, "\(score.wins)", "\(score.ties)", "\(score.onParetoFront)",
        score.relativePeak.map { String(printf: "%.4f", $0) } ?? "-",
      ])
    }
    let note =
      "peak relative to lowest: geometric mean over all settings; =: no difference at 95 % confidence over the seeds"
    let parts = ["\(table.plan): \(table.progressText)", settings.text, policies.text, note]
    return
      (parts.joined(separator: "\n\n").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      + table.missingLines).joined(separator: "\n") + "\n"
  }

  /// Comma-separated values: a row for each setting.
  package var csv: String {
    let header =
      "input,memory_bytes,pressure_percent,peak_slab_bytes,policies,next_policy,next_excess,pareto_front,incomplete"
    let rows = rankings.map { ranking in
      [
        EscapedText.field(ranking.setting.input), "\(ranking.setting.memoryBytes)", "\(ranking.setting.pressure)",
        "\(ranking.peakSlabBytes)", EscapedText.field(ranking.winners.joined(separator: " ")),
        ranking.next.map(EscapedText.field) ?? "", ranking.nextExcess.map { "\($0)" } ?? "",
        EscapedText.field(ranking.paretoFront.joined(separator: " ")), ranking.isIncomplete ? "1" : "0",
      ].joined(separator: ",")
    }
    return ([header] + rows).map { $0 + "\n" }.joined()
  }

  /// JSON object with the keys `plan`, `cells`, `missing`, `settings` and `policies`.
  package func json() throws -> String { try SweepJSON.text(of: Document(self)) }

  private struct Document: Encodable {
    struct Setting: Encodable {
      var input: String
      var memoryBytes: Int
      var pressure: Int
      var peakSlabBytes: Double
      var policies: [String]
      var nextPolicy: String?
      var nextExcess: Double?
      var paretoFront: [String]
      var incomplete: Bool
    }

    struct Policy: Encodable {
      var policy: String
      var wins: Int
      var ties: Int
      var onParetoFront: Int
      var relativePeak: Double?
    }

    var plan: String
    var cells: Int
    var missing: [String]
    var settings: [Setting]
    var policies: [Policy]

    init(_ best: SweepBest) {
      (plan, cells, missing) = (best.table.plan, best.table.cellCount, best.table.missing.map(\.key))
      settings = best.rankings.map { ranking in
        Setting(
          input: ranking.setting.input, memoryBytes: ranking.setting.memoryBytes, pressure: ranking.setting.pressure,
          peakSlabBytes: ranking.peakSlabBytes, policies: ranking.winners, nextPolicy: ranking.next,
          nextExcess: ranking.nextExcess, paretoFront: ranking.paretoFront, incomplete: ranking.isIncomplete)
      }
      policies = best.scores.map { score in
        Policy(
          policy: score.policy, wins: score.wins, ties: score.ties, onParetoFront: score.onParetoFront,
          relativePeak: score.relativePeak)
      }
    }
  }
}
