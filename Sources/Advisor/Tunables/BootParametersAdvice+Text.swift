import Telemetry
import TextOutput

extension BootParametersAdvice {
  /// Table of the best value of each parameter with its saving and cost, followed by the recommended text for the kernel's
  /// command line or the recommendation to change nothing.
  var text: String {
    var table = TextTable([
      "boot parameter", "saved: mean", "peak", "list operations", "slabs made", "of order 1 and up", "held out: mean",
      "peak", "list operations", "slabs made", "of order 1 and up", "advice",
    ])
    func add(_ label: String, _ savings: [Saving], _ advice: String) {
      table.add([label] + savings.flatMap(BootParametersAdvice.cells) + [advice])
    }
    var shown: Set<String> = []
    for name in ["slab_min_order", "slab_max_order", "slab_min_objects"] {
      let best = trials.filter { $0.commandLine.hasPrefix(name) }.max { $0.searched.meanBytes < $1.searched.meanBytes }
      guard let best else { continue }
      shown.insert(best.commandLine)
      add(best.commandLine, [best.searched, best.heldOut], advice(on: best))
    }
    if let advised, !shown.contains(advised.commandLine) {
      add(advised.commandLine, [advised.searched, advised.heldOut], advice(on: advised))
    }
    if let withSettings { add("with the settings of caches", withSettings, "") }
    var lines =
      ["boot parameters, which apply to all caches; for each the value with the largest saving:", ""] + table.lines + [
        ""
      ]
    if let advised {
      lines.append("recommended: add to the kernel's command line: \(advised.commandLine)")
      let caches = advised.caches.prefix(BootParametersAdvice.mostCachesNamed).map {
        "\($0.cache) (order \($0.order.from) to \($0.order.to)) \(TunablesAdvice.size($0.meanBytes))"
      }
      let others = advised.caches.count - caches.count
      let rest = others > 0 ? ["\(others) others"] : []
      lines.append("mean saving in the held-out part, by cache: " + (caches + rest).joined(separator: ", "))
    } else {
      lines.append(
        "no change recommended: no boot parameter saves 1 % of the slab memory in both parts at an acceptable cost")
    }
    lines.append(mergingText)
    if !cachesOfUnexplainedOrder.isEmpty {
      let names = cachesOfUnexplainedOrder.joined(separator: ", ")
      lines.append("replayed with their recorded page order, because it differs from that of SLUB's formula: \(names)")
    }
    return lines.joined(separator: "\n")
  }

  private static let mostCachesNamed = 6

  private var mergingText: String {
    switch merging {
    case .unknown:
      "slab_nomerge: unknown, because the recording does not say which caches are merged; recordings with slab occupancy do"
    case .none: "slab_nomerge: no change recommended; no cache of this recording is merged"
    case .merged(let caches):
      "slab_nomerge: unknown, because the events do not distinguish merged caches: "
        + caches.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) (\($0.value + 1) caches)" }
        .joined(separator: ", ")
    }
  }

  private func advice(on trial: Trial) -> String {
    guard trial.isWorthwhile else { return "no change" }
    return trial.commandLine == advised?.commandLine ? "recommended" : "smaller saving"
  }

  private static func cells(_ saving: Saving) -> [String] {
    func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : "\(number)" }
    return [TunablesAdvice.size(saving.meanBytes), TunablesAdvice.size(saving.peakBytes)]
      + [saving.addedListOperations, saving.addedSlabAllocations, saving.addedHighOrderAllocations].map(signed)
  }
}
