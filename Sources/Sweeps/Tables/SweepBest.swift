import Glibc

/// Comparison of the policies of a sweep: which policy has the lowest peak of slab memory in which setting.
///
/// Two policies are compared seed by seed, because equal seeds have equal traffic: they differ if the 95 % confidence interval of
/// the mean difference does not contain 0. With one seed every difference counts.
package struct SweepBest: Sendable {
  /// Policies of one setting, in the order of their peaks.
  package struct Ranking: Sendable {
    /// Input, memory and pressure.
    package var setting: SweepTable.Setting
    /// Policies with the lowest mean peak, and those that do not differ from it.
    package var winners: [String]
    /// Lowest mean peak of slab memory in bytes.
    package var peakSlabBytes: Double
    /// The best of the other policies; nil if there is none.
    package var next: String?
    /// Mean peak of `next` relative to the lowest one, less 1.
    package var nextExcess: Double?
    /// Policies on the Pareto front.
    package var paretoFront: [String]
    /// Whether results are missing.
    package var isIncomplete: Bool
  }

  /// Result of one policy over all settings.
  package struct Score: Sendable {
    /// Name of the policy.
    package var policy: String
    /// Settings in which no other policy is as good.
    package var wins = 0
    /// Settings in which it is the best with others.
    package var ties = 0
    /// Settings in which it is on the Pareto front.
    package var onParetoFront = 0
    /// Geometric mean over the settings of its peak relative to the lowest peak; nil without results.
    package var relativePeak: Double?
  }

  /// Ranking of each setting with a result, in the order of the table.
  package let rankings: [Ranking]
  /// Score of each policy, the one with the lowest relative peak first.
  package let scores: [Score]
  /// The table that the comparison is made of.
  package let table: SweepTable

  /// Compares the policies of a table.
  package init(_ table: SweepTable) {
    self.table = table
    rankings = table.settings.compactMap { SweepBest.ranking($0.setting, $0.rows) }
    scores = SweepBest.scores(table, rankings)
  }

  private static func ranking(_ setting: SweepTable.Setting, _ rows: [SweepTable.Row]) -> Ranking? {
    let present = rows.filter { !$0.results.isEmpty }
    let ordered = present.enumerated().sorted { one, other in
      (one.element.peakSlabBytes.mean, one.offset) < (other.element.peakSlabBytes.mean, other.offset)
    }.map(\.element)
    guard let best = ordered.first else { return nil }
    let isWinner = ordered.map { $0.policy == best.policy || !differs($0, best) }
    let next = zip(ordered, isWinner).first { !$0.1 }?.0
    return Ranking(
      setting: setting, winners: zip(ordered, isWinner).filter(\.1).map(\.0.policy),
      peakSlabBytes: best.peakSlabBytes.mean, next: next?.policy,
      nextExcess: next.map { relative($0.peakSlabBytes.mean, to: best.peakSlabBytes.mean) - 1 },
      paretoFront: present.filter(\.isOnParetoFront).map(\.policy), isIncomplete: rows.contains { $0.missingSeeds > 0 })
  }

  /// Returns whether the peaks of two policies differ over the seeds that both have.
  private static func differs(_ one: SweepTable.Row, _ other: SweepTable.Row) -> Bool {
    let peaks = Dictionary(
      other.results.map { ($0.cell.seed, $0.figures.peakSlabBytes) }, uniquingKeysWith: { first, _ in first })
    let differences = one.results.compactMap { result in
      peaks[result.cell.seed].map { Double(result.figures.peakSlabBytes - $0) }
    }
    return SeedStatistics(differences).differsFromZero
  }

  private static func scores(_ table: SweepTable, _ rankings: [Ranking]) -> [Score] {
    guard let policies = table.settings.first?.rows.map(\.policy) else { return [] }
    let lowest = Dictionary(rankings.map { ($0.setting, $0.peakSlabBytes) }, uniquingKeysWith: { first, _ in first })
    let scores = policies.enumerated().map { index, policy in
      var score = Score(policy: policy)
      for ranking in rankings where ranking.winners.contains(policy) {
        if ranking.winners.count == 1 { score.wins += 1 } else { score.ties += 1 }
      }
      score.onParetoFront = rankings.count { $0.paretoFront.contains(policy) }
      let logarithms = table.settings.compactMap { setting, rows in
        rows[index].results.isEmpty
          ? nil : lowest[setting].map { log(relative(rows[index].peakSlabBytes.mean, to: $0)) }
      }
      if !logarithms.isEmpty { score.relativePeak = exp(logarithms.reduce(0, +) / Double(logarithms.count)) }
      return score
    }
    return scores.enumerated().sorted { one, other in
      (one.element.relativePeak ?? .infinity, one.offset) < (other.element.relativePeak ?? .infinity, other.offset)
    }.map(\.element)
  }

  /// Returns the ratio of two peaks; 1 if both are 0.
  private static func relative(_ peak: Double, to lowest: Double) -> Double { lowest > 0 ? peak / lowest : 1 }
}
