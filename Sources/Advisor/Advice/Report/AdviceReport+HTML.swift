import Profiles
import TextOutput
import Workloads

extension AdviceReport {
  /// Returns the reports as one page without references to other files, which can also be printed.
  package static func html(_ reports: [AdviceReport]) -> String {
    let title = "slabscope: advice on " + reports.map(\.advice.demand.name).joined(separator: ", ")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; background: #fff; max-width: 980px; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
      .verdict { font-size: 1.15em; padding: .7em 1em; border-left: 5px solid #1f77b4; background: #eef4fa; }
      .leave { border-color: #6b7785; background: #f3f4f6; }
      table { border-collapse: collapse; font-size: .87em; margin: .6em 0; } td, th { padding: .2em .7em; text-align: right; border-bottom: 1px solid #e3e7ec; }
      td:first-child, th:first-child, td.words, th.words { text-align: left; } td.words { max-width: 26em; }
      pre { font-size: .8em; overflow-x: auto; } svg { width: 100%; height: auto; } figure { margin: 1em 0; } figcaption { color: #55606d; font-size: .9em; }
      @media print { body { max-width: none; margin: 0; } section { page-break-after: always; } figure, table { page-break-inside: avoid; } }
      </style></head><body>
      <h1>\(escaped(title))</h1>
      \(reports.map(\.section).joined(separator: "\n"))
      </body></html>

      """
  }

  private var section: String {
    let (advice, demand) = (advice, advice.demand)
    return """
      <section><h2>\(Self.escaped(demand.name))</h2>
      <p class="verdict\(advice.isSavingNegligible ? " leave" : "")">\(Self.escaped(advice.verdict))</p>
      <p>\(demand.events) events, \(demand.requestCount) requests by size of \(demand.sizes.count) sizes. \(peaks)
      Rounding takes \(Self.percent(advice.roundingShare)) of the bytes of live objects, with
      Linux's sizes \(Self.percent(advice.linuxRoundingShare)).</p>
      <p>\((advice.coverage.lines + [replayedText]).map(Self.escaped).joined(separator: ".<br>")).</p>
      \(Self.figure(AdviceCharts.histogram(advice), "Requested bytes of live objects at the \(advice.options.objective), by size. Marks below the axis: advised classes (blue) and Linux's (grey)."))
      \(Self.figure(AdviceCharts.curve(advice), "Slab memory of the best set of each number of classes, by the model. The knee (red) is at \(advice.curve.knee) classes."))
      \(advice.proof.map { Self.figure(AdviceCharts.memory($0), "Slab memory over time, replayed: before (grey) and after (blue).") } ?? "")
      <h2>Classes</h2>\(classTable)\(gainsSection)
      <h2>Slab memory by number of classes</h2>\(curveTable)\(skbDataSection)
      \(standingSection)\(validation)
      <h2>Call sites</h2>\(siteTable)\(ownCacheList)\(sharingSection)</section>
      """
  }

  /// Slab memory at the peak in a sentence.
  private var peaks: String {
    let base = Self.escaped(advice.options.base.name)
    guard let proof = advice.proof else {
      return "Slab memory of requests by size, by the model: \(advice.model.advised) bytes, with \(base)'s sizes "
        + "\(advice.model.base) bytes."
    }
    return
      "Peak predicted \(proof.predictedPeakBytes) bytes, replayed \(proof.after.peakBytes) bytes; with \(base)'s sizes "
      + "\(proof.before.peakBytes) bytes."
  }

  /// The paragraph that says which events were replayed; empty if all were.
  private var comparedParagraph: String { comparedText.map { "<p>\(Self.escaped($0)).</p>" } ?? "" }

  private var classTable: String {
    Self.table(
      ["Size", "Order", "Live objects", "Requested bytes", "Slab bytes"],
      advice.classes.map {
        [
          "\($0.size)", "\($0.order)", "\(Int($0.objects.rounded()))", "\(Int($0.requestedBytes))",
          "\(Int($0.slabBytes))",
        ]
      })
  }

  private var standingSection: String {
    guard let proof = advice.proof else { return "" }
    let rows = proof.references.map { set in
      [
        set.set.name, "\(set.classesUsed)", Self.percent(set.roundingShare), "\(set.replay.peakBytes)",
        "\(set.replay.meanBytes)",
      ]
    }
    let own = [
      "advised", "\(advice.classesUsed)", Self.percent(advice.roundingShare), "\(proof.comparedAfter.peakBytes)",
      "\(proof.comparedAfter.meanBytes)",
    ]
    return "<h2>Other sizes, the same events</h2>\(comparedParagraph)"
      + Self.table(["Sizes", "Classes used", "Rounding", "Peak bytes", "Mean bytes"], rows + [own])
  }

  private var gainsSection: String {
    guard let proof = advice.proof else { return "" }
    let before = proof.comparedBefore
    let base = [advice.options.base.name, "\(before.meanBytes)", "", "", "\(before.peakBytes)", "", ""]
    let rows = proof.gains.rows.map { label, change in
      [
        label, "\(change.meanBytes)", Self.signed(change.meanChange), Self.signed(change.meanShare),
        "\(change.peakBytes)", Self.signed(change.peakChange), Self.signed(change.peakShare),
      ]
    }
    return "<h2>Sizes and page orders, each replayed alone</h2>\(comparedParagraph)"
      + Self.table(["", "Mean bytes", "Change", "%", "Peak bytes", "Change", "%"], [base] + rows)
      + "<p>\(Self.escaped(proof.gains.sentence)).</p>"
  }

  private var curveTable: String {
    let rows = advice.curve.points.map { point in
      let count = point.classes.count
      return [
        count == advice.curve.knee ? "\(count) (knee)" : "\(count)", "\(Int(point.slabBytesWithOverhead))",
        "\(Int(point.meanSlabBytes))", Self.percent(point.roundingShare),
      ]
    }
    return Self.table(["Classes", "Slab bytes", "Mean slab bytes", "Rounding"], rows)
  }

  private var skbDataSection: String {
    let lines = skbDataLines
    return lines.isEmpty
      ? "" : "<h2>skb data</h2><pre>\(Self.escaped(lines.joined(separator: "\n")))</pre>"
  }

  private var validation: String {
    let heading = "<h2>Validation on other events</h2>"
    if let holdoutProblem {
      return heading + "<p>Too short for a validation on the second half: \(Self.escaped(holdoutProblem))</p>"
    }
    guard let holdout else { return "" }
    let warning = holdout.isUnlike ? " The two differ much: the advice may not be valid for other traffic." : ""
    return heading + """
      <p>With classes derived from \(Self.escaped(derivedFrom ?? "the first half of the events")) and judged on
      \(derivedFrom == nil ? "the second half" : "this recording"), rounding takes
      \(Self.percent(holdout.roundingShare)), with Linux's sizes \(Self.percent(holdout.linuxRoundingShare)).\(warning)</p>
      """
  }

  private var ownCacheList: String {
    let items = (ownCaches?.lines ?? []).map { AdviceReport.escaped($0) }.joined(separator: "<br>")
    return items.isEmpty ? "" : comparedParagraph + "<p>\(items)</p>"
  }

  private var siteTable: String {
    let rows = advice.callSites.prefix(30).map { site in
      [
        site.site.name,
        site.site.isConstant ? "\(site.site.largest)" : "\(site.site.smallest)-\(site.site.largest)",
        "\(site.site.figures.allocObjects)", Self.percent(site.site.figures.fragmentation),
        Self.percent(site.site.figures.remoteShare),
        site.verdict.rawValue, site.reason,
      ]
    }
    return Self.table(
      ["Call site", "Bytes", "Allocations", "Rounding", "Remote frees", "Verdict", "Reason"], rows, words: [6])
  }

  private var sharingSection: String {
    guard let sharing else { return "" }
    let rows = sharing.bounds.map { bound in
      [
        bound.bound.map { Self.percent($0) } ?? "not shared", "\(bound.replay.peakBytes)", "\(bound.replay.meanBytes)",
        String(printf: "%.1f", bound.replay.refillsPerThousand), "\(bound.replay.contentions)",
      ]
    }
    return "<h2>Shared slabs</h2>\(comparedParagraph)"
      + Self.table(["Waste bound", "Peak bytes", "Mean bytes", "Refills per 1,000", "Contentions"], rows)
  }

  // MARK: HTML

  private static func figure(_ svg: String, _ caption: String) -> String {
    "<figure>\(svg)<figcaption>\(escaped(caption))</figcaption></figure>"
  }

  private static func table(_ headings: [String], _ rows: [[String]], words: Set<Int> = []) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { column, cell in
          "<\(tag)\(words.contains(column) ? " class=\"words\"" : "")>\(escaped(cell))</\(tag)>"
        }.joined() + "</tr>"
    }
    return "<table>" + row(headings, "th") + rows.map { row($0, "td") }.joined() + "</table>"
  }

  private static func percent(_ share: Double) -> String { String(printf: "%.2f %%", share * 100) }

  static func escaped(_ text: String) -> String { EscapedText.markupLines(text) }
}
