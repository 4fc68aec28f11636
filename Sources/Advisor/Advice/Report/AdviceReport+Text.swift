import Glibc
import Profiles
import TextOutput
import Workloads

extension AdviceReport {
  /// The report as lines for a terminal.
  package var text: String {
    let demand = advice.demand
    var lines = [
      "\(demand.name): \(demand.events) events, \(demand.requestCount) requests by size of \(demand.sizes.count) sizes, "
        + "\(demand.peakBytes) requested bytes live at the peak"
    ]
    lines += advice.coverage.lines + [replayedText, "", advice.verdict, ""]
    lines += classLines + gainLines + skbDataLines + standingLines + curveLines + validationLines + siteLines
    if let ownCaches, !ownCaches.lines.isEmpty { lines += comparedLines + ownCaches.lines }
    return (lines + sharingLines).joined(separator: "\n")
  }

  /// The line below a section's heading that says which events were replayed; empty if all were.
  var comparedLines: [String] { comparedText.map { [$0] } ?? [] }

  private var classLines: [String] {
    var table = TextTable(["CLASS", "ORDER", "LIVE OBJECTS", "REQUESTED BYTES", "SLAB BYTES"])
    for advised in advice.classes {
      table.add([
        // Without live objects the base policy's page order stays.
        "\(advised.size)", advised.objects > 0 ? "\(advised.order)" : "-", "\(Int(advised.objects.rounded()))",
        "\(Int(advised.requestedBytes))",
        "\(Int(advised.slabBytes))",
      ])
    }
    return ["classes with the least slab memory, for the live objects at the \(advice.options.objective)"]
      + table.lines
      + [
        "", peakLine,
        String(
          printf: "rounding: %.2f %% of the bytes of live objects; with Linux's sizes %.2f %%",
          advice.roundingShare * 100, advice.linuxRoundingShare * 100), "",
      ]
  }

  /// Slab memory at the peak, predicted and replayed; by the model if there is no replay.
  private var peakLine: String {
    guard let proof = advice.proof else {
      return "slab memory of requests by size, by the model: \(advice.model.advised) bytes, "
        + "with \(advice.options.base.name)'s sizes \(advice.model.base) bytes"
    }
    let error = Double(proof.predictedPeakBytes - proof.after.peakBytes) / Double(max(1, proof.after.peakBytes)) * 100
    return "peak predicted \(proof.predictedPeakBytes) bytes, replayed \(proof.after.peakBytes) bytes"
      + String(printf: " (prediction error %+.1f %%)", error)
  }

  private var gainLines: [String] {
    guard let proof = advice.proof else { return [] }
    let before = proof.comparedBefore
    var table = TextTable(["SIZES AND PAGE ORDERS", "MEAN BYTES", "CHANGE", "%", "PEAK BYTES", "CHANGE", "%"])
    table.add([advice.options.base.name, "\(before.meanBytes)", "", "", "\(before.peakBytes)", "", ""])
    for (label, change) in proof.gains.rows {
      table.add([
        label, "\(change.meanBytes)", AdviceReport.signed(change.meanChange), AdviceReport.signed(change.meanShare),
        "\(change.peakBytes)", AdviceReport.signed(change.peakChange), AdviceReport.signed(change.peakShare),
      ])
    }
    return ["slab memory that the sizes save and that the page orders save, each replayed alone"] + comparedLines
      + table.lines + [proof.gains.sentence, ""]
  }

  private var standingLines: [String] {
    guard let proof = advice.proof else { return [] }
    let before = proof.comparedBefore.peakBytes
    var table = TextTable([
      "SIZES", "CLASSES USED", "ROUNDING", "PEAK BYTES", "MEAN BYTES", "PEAK TO \(advice.options.base.name)",
    ])
    func row(_ name: String, _ used: Int, _ rounding: Double, _ replay: ShadowReplay) -> [String] {
      let change = Double(replay.peakBytes - before) / Double(max(1, before)) * 100
      return [
        name, "\(used)", String(printf: "%.2f %%", rounding * 100), "\(replay.peakBytes)", "\(replay.meanBytes)",
        String(printf: "%+.1f %%", change),
      ]
    }
    for set in proof.references { table.add(row(set.set.name, set.classesUsed, set.roundingShare, set.replay)) }
    table.add(row("advised", advice.classesUsed, advice.roundingShare, proof.comparedAfter))
    return ["the same events replayed with other sizes"] + comparedLines + table.lines + [""]
  }

  /// The curve as a table: one row for each number of classes.
  private var curveLines: [String] {
    var table = TextTable(["CLASSES", "SLAB BYTES", "MEAN SLAB BYTES", "ROUNDING", ""])
    for point in advice.curve.points {
      let count = point.classes.count
      let isChosen = count == advice.classes.count
      let marks = [
        count == advice.curve.knee ? "knee" : nil, count == advice.curve.leastCount ? "least" : nil,
        isChosen ? "advised" : nil,
      ]
      table.add([
        "\(count)", "\(Int(point.slabBytesWithOverhead))", "\(Int(point.meanSlabBytes))",
        String(printf: "%.2f %%", point.roundingShare * 100), marks.compactMap { $0 }.joined(separator: ", "),
      ])
    }
    let aligned = alignments.map { "\($0.alignment): \(Int($0.slabBytes))" }.joined(separator: ", ")
    return [
      "slab memory by number of classes, by the model, with a page for each class in use: live objects at the "
        + "\(advice.options.objective), and on average"
    ] + table.lines + [
      "the knee, \(advice.curve.knee) classes, is the least number whose slab memory is within 1 % of the least on the curve",
      "slab bytes with sizes aligned to: \(aligned)", "",
    ]
  }

  private var validationLines: [String] {
    var lines: [String] = []
    if let holdout {
      let parts =
        derivedFrom.map { "classes derived from \($0), judged on this recording" }
        ?? "classes derived from the first half, judged on the second"
      lines.append(
        parts
          + String(
            printf: ": rounding %.2f %%, with Linux's sizes %.2f %%",
            holdout.roundingShare * 100, holdout.linuxRoundingShare * 100))
      if holdout.isUnlike {
        let distance = String(printf: "%.2f", holdout.distance)
        lines.append(
          "the \(derivedFrom == nil ? "halves" : "recordings") differ (Kolmogorov-Smirnov distance \(distance)): "
            + "the advice may not be valid for other traffic")
      }
    }
    if let holdoutProblem { lines.append("too short for a validation on the second half: \(holdoutProblem)") }
    if let joint {
      func list(_ ratios: [JointAdvice.Ratio]) -> String {
        ratios.map { "\($0.name) \(String(printf: "%.3f", $0.ratio))" }.joined(separator: ", ")
      }
      lines.append(
        "one set for all recordings, slab memory relative to each recording's own best set: \(list(joint.sumRatios))")
      let sizes = joint.forWorst.map { "\($0.size)" }.joined(separator: ", ")
      lines.append("set with the lowest worst ratio, \(sizes): \(list(joint.worstRatios))")
    }
    return lines + [""]
  }

  private var siteLines: [String] {
    let sites = advice.callSites
    guard !sites.isEmpty else { return [] }
    var table = TextTable(["CALL SITE", "BYTES", "ALLOCATIONS", "REMOTE FREES", "LIFETIME", "VERDICT", "REASON"])
    for site in sites.prefix(12) {
      let size = site.site.isConstant ? "\(site.site.largest)" : "\(site.site.smallest)-\(site.site.largest)"
      let sharing = site.verdict == .convert ? site.sharableCache.map { "; could share \($0)'s slabs" } ?? "" : ""
      table.add([
        site.site.name, size, "\(site.site.figures.allocObjects)",
        String(printf: "%.0f %%", site.site.figures.remoteShare * 100),
        AdviceReport.lifetime(site.site, hasClock: advice.profile.hasClock), site.verdict.rawValue,
        site.reason + sharing,
      ])
    }
    return ["call sites that allocate by size, and the bytes that an own cache would save with Linux's sizes"]
      + table.lines
      + [""]
  }

  private var sharingLines: [String] {
    guard let sharing else { return [] }
    var table = TextTable(["WASTE BOUND", "PEAK BYTES", "MEAN BYTES", "REFILLS/1000", "CONTENTIONS"])
    for bound in sharing.bounds {
      table.add([
        bound.bound.map { String(printf: "%.1f %%", $0 * 100) } ?? "not shared", "\(bound.replay.peakBytes)",
        "\(bound.replay.meanBytes)", String(printf: "%.1f", bound.replay.refillsPerThousand),
        "\(bound.replay.contentions)",
      ])
    }
    let groups = sharing.groups.prefix(8).map { "  \($0.holder): \($0.sharers.joined(separator: ", "))" }
    return ["slabs shared between caches, at several waste bounds"] + comparedLines + table.lines
      + (groups.isEmpty ? [] : ["caches that share slabs at 12.5 %, by the cache that holds them"] + groups)
  }

  /// Returns the mean lifetime of a call site's objects with a unit.
  static func lifetime(_ site: CallSiteDemand, hasClock: Bool) -> String {
    guard let microseconds = site.meanLifetime else { return "-" }
    guard hasClock else { return "\(Int(microseconds)) events" }
    if microseconds < 1000 { return String(printf: "%.0f us", microseconds) }
    return microseconds < 1e6
      ? String(printf: "%.0f ms", microseconds / 1000) : String(printf: "%.1f s", microseconds / 1e6)
  }

  static func signed(_ bytes: Int) -> String { bytes > 0 ? "+\(bytes)" : "\(bytes)" }

  static func signed(_ share: Double) -> String { String(printf: "%+.2f %%", share * 100) }
}
