import Advisor
import TextOutput
import Workloads

extension FleetAdvice {
  /// The advice as lines for a terminal.
  /// - Parameters:
  ///   - range: Seconds that were examined.
  ///   - hostLimit: Largest number of hosts to list.
  package func text(range: Double, hostLimit: Int) -> String {
    let live = "\(demand.liveAtPeak.reduce(0, +)) live objects (\(ByteCount.text(demand.peakBytes)) requested)"
    let lines = [
      "\(hostCount) \(hostCount == 1 ? "host" : "hosts"), \(demand.sizes.count) sizes, \(live) at the peaks of the last "
        + TimeSpanText.text(range), "", verdict, "",
    ]
    return (lines + classLines + totalLines + hostLines(hostLimit)).joined(separator: "\n")
  }

  /// The advice in one sentence.
  package var verdict: String {
    let change = baseBytes - fleetBytes
    let share = String(printf: "%.1f", Double(abs(change)) / Double(max(1, baseBytes)) * 100)
    let text =
      "\(ByteCount.text(abs(change))) \(change < 0 ? "more" : "less") slab memory than \(options.base.name)'s (\(share) %)"
    let sizes = classes.count == 1 ? "one size takes" : "\(classes.count) sizes for all hosts take"
    return isSavingNegligible
      ? "no change recommended: the best \(sizes) \(text)" : "change the sizes: \(sizes) \(text)"
  }

  private var classLines: [String] {
    var table = TextTable(["CLASS", "ORDER", "LIVE OBJECTS", "REQUESTED BYTES", "SLAB BYTES"])
    for advised in classes {
      table.add([
        "\(advised.size)", advised.objects > 0 ? "\(advised.order)" : "-", "\(Int(advised.objects.rounded()))",
        "\(Int(advised.requestedBytes))", "\(Int(advised.slabBytes))",
      ])
    }
    return [
      "classes with the least slab memory for the sum of all hosts, for the live objects at the \(options.objective)"
    ]
      + table.lines
      + [
        "",
        String(
          printf: "rounding: %.2f %% of the bytes of live objects; with \(options.base.name)'s sizes %.2f %%",
          roundingShare * 100, baseRoundingShare * 100),
        "",
      ]
  }

  private var totalLines: [String] {
    var table = TextTable(["SIZES", "SLAB BYTES", "TO \(options.base.name)"], lastColumn: .figures)
    func add(_ name: String, _ bytes: Int) {
      let change = Double(bytes - baseBytes) / Double(max(1, baseBytes)) * 100
      table.add([name, "\(bytes)", name == options.base.name ? "" : String(printf: "%+.1f %%", change)])
    }
    add(options.base.name, baseBytes)
    add("advised for all hosts", fleetBytes)
    if let ownBytes { add("each host's own best", ownBytes) }
    let summed = hosts.isEmpty ? "the sum of all hosts" : "each host by itself, added up"
    return ["slab memory by the model, with a page for each class in use: \(summed)"] + table.lines
  }

  private func hostLines(_ limit: Int) -> [String] {
    guard !hosts.isEmpty, limit > 0 else { return [] }
    var table = TextTable(
      ["HOST", "LIVE OBJECTS", "OWN BEST", "ADVISED", "COST", "%", "TO \(options.base.name)"], lastColumn: .figures)
    for host in hosts.prefix(limit) {
      table.add([
        "\(host.host)", "\(host.objects)", "\(host.ownBytes)", "\(host.fleetBytes)",
        host.extraBytes > 0 ? "+\(host.extraBytes)" : "0", String(printf: "%+.1f %%", host.extraShare * 100),
        String(printf: "%+.1f %%", host.changeShare * 100),
      ])
    }
    let count = min(limit, hosts.count)
    let best = "its own best set of at most \(options.classes ?? classes.count) classes"
    return [
      "",
      count < hosts.count
        ? "the \(count) of \(hosts.count) hosts with the largest cost against \(best)"
        : "cost of each host against \(best)",
    ] + table.lines
  }
}
