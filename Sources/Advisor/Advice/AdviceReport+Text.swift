import Foundation
import TextOutput
import Workloads
import Recordings
import Telemetry

extension AdviceReport {
  /// The report as lines for a terminal.
  public var text: String {
    let profile = advice.profile
    var lines = [
      "\(profile.name): \(profile.events) events, \(profile.requestCount) requests of \(profile.sizes.count) sizes, "
        + "\(profile.peakBytes) bytes asked for at the peak", "", advice.verdict, "",
    ]
    lines += classLines + dataLines + standingLines + curveLines + confidenceLines + siteLines
    lines += ownCaches.lines + sharingLines
    return lines.joined(separator: "\n")
  }

  private var classLines: [String] {
    var table = TextTable(["CLASS", "ORDER", "OBJECTS", "ASKED FOR", "HELD"])
    for one in advice.classes {
      table.add([
        "\(one.size)", "\(one.order)", "\(Int(one.objects.rounded()))", "\(Int(one.requestedBytes))",
        "\(Int(one.heldBytes))",
      ])
    }
    let error =
      Double(advice.predictedPeakBytes - advice.after.peakBytes) / Double(max(1, advice.after.peakBytes)) * 100
    return ["the sizes that hold least, live objects at the \(advice.options.objective)"]
      + table.lines
      + [
        "",
        "peak predicted \(advice.predictedPeakBytes), replayed \(advice.after.peakBytes)"
          + String(format: " (the prediction is off by %+.1f %%)", error),
        String(
          format: "rounding: %.2f %% of the bytes of live objects; with Linux's sizes %.2f %%",
          advice.roundingShare * 100, advice.linuxRoundingShare * 100), "",
      ]
  }

  private var standingLines: [String] {
    var table = TextTable([
      "SIZES", "USED", "ROUNDING", "PEAK REPLAYED", "MEAN", "AGAINST \(advice.options.base.name)",
    ])
    func row(_ name: String, _ used: Int, _ rounding: Double, _ replay: ShadowReplay) -> [String] {
      let change = Double(replay.peakBytes - advice.before.peakBytes) / Double(max(1, advice.before.peakBytes)) * 100
      return [
        name, "\(used)", String(format: "%.2f %%", rounding * 100), "\(replay.peakBytes)", "\(replay.meanBytes)",
        String(format: "%+.1f %%", change),
      ]
    }
    for set in advice.standing { table.add(row(set.set.name, set.classesUsed, set.roundingShare, set.replay)) }
    table.add(row("advised", advice.classesUsed, advice.roundingShare, advice.after))
    return ["the same events with other sizes, replayed"] + table.lines + [""]
  }

  private var curveLines: [String] {
    let shown = advice.pareto.enumerated().filter { $0.element.isFinite }.map { "\($0.offset + 1): \(Int($0.element))" }
    let least = advice.pareto.enumerated().min { $0.element < $1.element }.map { $0.offset + 1 } ?? 0
    let aligned = alignments.map { "\($0.alignment): \(Int($0.heldBytes))" }.joined(separator: ", ")
    return [
      "bytes held by number of classes, a page more for each class in use: " + shown.joined(separator: ", "),
      "the curve's knee is at \(advice.knee); \(least) hold least",
      "with sizes aligned to: \(aligned)", "",
    ]
  }

  private var confidenceLines: [String] {
    var lines: [String] = []
    if let holdout {
      let parts =
        derivedFrom.map { "derived from \($0), held against this" }
        ?? "derived from the first half, held against the second"
      lines.append(
        parts
          + String(
            format: ": rounding %.2f %%, Linux's %.2f %% (%.0f %% lower)",
            holdout.roundingShare * 100, holdout.linuxRoundingShare * 100, holdout.reduction * 100))
      if holdout.isUnlike {
        lines.append(
          "the \(derivedFrom == nil ? "halves" : "two") are unlike (\(String(format: "%.2f", holdout.distance)) apart): this advice may not carry"
        )
      }
    }
    if let holdoutProblem { lines.append("too short to hold one half against the other: \(holdoutProblem)") }
    if let joint {
      func fares(_ fares: [JointAdvice.Fare]) -> String {
        fares.map { "\($0.name) \(String(format: "%.3f", $0.ratio))" }.joined(separator: ", ")
      }
      lines.append("one set for all, bytes held against each one's own best: \(fares(joint.sumFares))")
      let sizes = joint.forWorst.map { "\($0.size)" }.joined(separator: ", ")
      lines.append("for the one that fares worst: \(sizes): \(fares(joint.worstFares))")
    }
    return lines + [""]
  }

  private var siteLines: [String] {
    let sites = advice.callSites
    guard !sites.isEmpty else { return [] }
    var table = TextTable(["CALL SITE", "BYTES", "CALLS", "REMOTE", "LIVED", "VERDICT", "WHY"])
    for site in sites.prefix(12) {
      let size = site.site.isConstant ? "\(site.site.largest)" : "\(site.site.smallest)-\(site.site.largest)"
      let sharing = site.verdict == .convert ? site.sharableCache.map { "; could share \($0)'s slabs" } ?? "" : ""
      table.add([
        site.site.name, size, "\(site.site.allocations)", String(format: "%.0f %%", site.site.remoteShare * 100),
        AdviceReport.lifetime(site.site, advice.profile), site.verdict.rawValue, site.reason + sharing,
      ])
    }
    return ["call sites that ask by size, and what a cache of their own would save with Linux's sizes"] + table.lines
      + [""]
  }

  private var sharingLines: [String] {
    var table = TextTable(["WASTE BOUND", "PEAK", "MEAN", "REFILLS/1000", "CONTENTIONS"])
    for bound in sharing.bounds {
      table.add([
        bound.bound.map { String(format: "%.1f %%", $0 * 100) } ?? "none shared", "\(bound.replay.peakBytes)",
        "\(bound.replay.meanBytes)", String(format: "%.1f", bound.replay.refillsPerThousand),
        "\(bound.replay.contentions)",
      ])
    }
    let groups = sharing.groups.prefix(8).map { "  \($0.holder): \($0.sharers.joined(separator: ", "))" }
    return ["caches that share slabs, at some waste bounds"] + table.lines
      + (groups.isEmpty ? [] : ["at 12.5 %, from the slabs of"] + groups)
  }

  /// How long a call site's objects live on average, as people say it.
  static func lifetime(_ site: CallSiteProfile, _ profile: AllocationProfile) -> String {
    guard site.frees > 0 else { return "-" }
    guard profile.ticksPerSecond > 0 else { return "\(Int(site.meanLifetime)) ticks" }
    let microseconds = site.meanLifetime * 1e6 / Double(profile.ticksPerSecond)
    if microseconds < 1000 { return String(format: "%.0f us", microseconds) }
    return microseconds < 1e6
      ? String(format: "%.0f ms", microseconds / 1000) : String(format: "%.1f s", microseconds / 1e6)
  }
}
