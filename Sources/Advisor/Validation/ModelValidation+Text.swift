import FoundationEssentials
import Telemetry
import TextOutput
import Workloads

extension ModelValidation {
  /// Tables of the totals, of the caches and of the samples, followed by the occupancy and the unseen frees if they are known.
  package var text: String {
    var lines = [
      "\(input) under \(policy)\(isCold ? ", starting on an empty machine" : ""): changes of slab memory since before the first "
        + "event (\(samples) samples)", "",
    ]
    var totals = TextTable(["", "peak change", "mean error", "worst error", "allowed", "within"])
    for (name, total) in [("networking caches", networking), ("all caches", all)] {
      totals.add([
        name, ModelValidation.size(total.peakBytes),
        ModelValidation.size(Int(total.error.mean)) + share(total, total.error.mean),
        ModelValidation.size(total.error.worst) + share(total, Double(total.error.worst)),
        ModelValidation.size(Int(total.allowedError)), total.isWithinBounds ? "yes" : "no",
      ])
    }
    lines += totals.lines + [""]
    var table = TextTable([
      "cache", "mean error", "worst error", "kernel peak", "model at that time", "allocations", "unseen frees",
    ])
    for cache in caches where cache.error.worst > 0 || cache.kernel.contains(where: { $0.bytes != 0 }) {
      let peak = cache.kernel.indices.max { abs(cache.kernel[$0].bytes) < abs(cache.kernel[$1].bytes) } ?? 0
      table.add([
        cache.cache + (cache.isNetworking ? " *" : ""), ModelValidation.size(Int(cache.error.mean)),
        ModelValidation.size(cache.error.worst), ModelValidation.size(cache.kernel[peak].bytes),
        ModelValidation.size(cache.model[peak].bytes), "\(cache.allocations)",
        "\(cache.unseenFrees * 100 / max(1, cache.allocations))%",
      ])
    }
    lines += table.lines + ["* networking cache", ""]
    var samples = TextTable(["time", "kernel", "model", "error", "all: kernel", "model", "error"])
    for index in times.indices {
      samples.add(
        [String(printf: "%.1f s", times[index])]
          + [networking, all].flatMap {
            [$0.kernelBytes[index], $0.modelBytes[index], $0.errorBytes[index]].map(ModelValidation.size)
          })
    }
    lines += samples.lines
    if let occupancy { lines += [""] + ModelValidation.lines(occupancy) }
    if let unseenFrees { lines += ["", ModelValidation.description(of: unseenFrees)] }
    if !unlisted.isEmpty {
      lines += ["", "not in slabinfo (merged or destroyed): \(unlisted.joined(separator: ", "))"]
    }
    return lines.joined(separator: "\n")
  }

  /// Returns the tables of partial slabs by eighths: for all caches together, and for the caches with the most partial slabs.
  private static func lines(_ occupancy: ValidatedOccupancy) -> [String] {
    func percent(_ share: Double) -> String { String(printf: "%.1f %%", share * 100) }
    func summary(_ label: String, _ shares: [Double]) -> String {
      "  \(label): mean \(percent(ValidatedOccupancy.mean(shares))), maximum \(percent(shares.max() ?? 0))"
    }
    var eighths = TextTable(["partial slabs by eighths in use"] + (1...8).map { "\($0)/8" } + ["all"])
    func add(_ label: String, _ samples: [[Int]]) {
      let last = samples.last ?? []
      eighths.add([label] + last.map(String.init) + ["\(last.reduce(0, +))"])
    }
    add("kernel, last sample", occupancy.kernel)
    add("model, last sample", occupancy.model)
    var caches = TextTable(["cache", "kernel partial", "model partial", "in a different eighth"])
    for cache in occupancy.caches.prefix(12) where cache.partialSlabs.kernel > 0 {
      let (kernel, model) = cache.partialSlabs
      caches.add([
        cache.cache, String(printf: "%.0f", kernel), String(printf: "%.0f", model), percent(cache.distance),
      ])
    }
    return eighths.lines + [
      "",
      "slabs in a different eighth than in the kernel (allowed mean: \(percent(ValidatedOccupancy.allowed)), "
        + "\(occupancy.isWithinBounds ? "within" : "exceeded"))",
      summary("all caches together", occupancy.distances), summary("by cache", occupancy.distancesByCache),
      summary("change of the kernel itself since the start, by cache", occupancy.kernelChanges), "",
    ] + caches.lines
  }

  private func share(_ total: ValidatedTotal, _ bytes: Double) -> String {
    total.peakBytes >= ValidatedTotal.largeChange
      ? String(printf: " (%.1f %%)", bytes * 100 / Double(total.peakBytes)) : ""
  }

  private static func size(_ bytes: Int) -> String { ByteCount.text(bytes) }

  /// Describes unseen frees in a sentence.
  static func description(of counts: UnseenFreeCounts) -> String {
    var text =
      "unseen frees: \(counts.byPair) with their paired object, \(counts.byReconciliation) by reconciliation with "
    text += "the kernel's counts"
    if counts.byReconciliation > 0 {
      let width = Double(counts.reconciledTicks) / Double(counts.byReconciliation) / 1e6
      text += String(printf: " (mean uncertainty %.2f s)", width)
    }
    text +=
      ", \(counts.byAddress) when their address was allocated again; \(counts.residentFrees) frees of objects allocated "
    text += "before the recording"
    if counts.residentFreesByReconciliation > 0 {
      text += " and \(counts.residentFreesByReconciliation) by reconciliation"
    }
    if counts.allocationsByReconciliation > 0 {
      text += "; \(counts.allocationsByReconciliation) unrecorded allocations, by reconciliation"
    }
    return text + "; \(counts.allocatorEvents) events of the allocator's own metadata not replayed"
  }

  /// Comma-separated values: a row for each sample and cache.
  package var csv: String {
    var lines = [
      "seconds,cache,networking,kernel_objects,model_objects,kernel_slabs,model_slabs,kernel_bytes,model_bytes,error_bytes"
        + (1...8).map { ",kernel_partial_\($0)" }.joined() + (1...8).map { ",model_partial_\($0)" }.joined()
    ]
    let occupancies = Dictionary(
      uniqueKeysWithValues: (occupancy?.caches ?? []).map { ($0.cache, (kernel: $0.kernel, model: $0.model)) })
    for index in times.indices {
      for cache in caches {
        let (kernel, model) = (cache.kernel[index], cache.model[index])
        let numbers = [
          kernel.objects, model.objects, kernel.slabs, model.slabs, kernel.bytes, model.bytes,
          abs(model.bytes - kernel.bytes),
        ]
        let known = occupancies[cache.cache]
        let eighths = known.map { ($0.kernel[index] + $0.model[index]).map(String.init) }
        lines.append(
          String(printf: "%.3f", times[index]) + ",\"\(cache.cache)\",\(cache.isNetworking),"
            + (numbers.map(String.init) + (eighths ?? Array(repeating: "", count: 16))).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns a JSON object with the totals and with the change of each cache at each sample.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }
}
