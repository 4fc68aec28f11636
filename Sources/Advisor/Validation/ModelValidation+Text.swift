import Foundation
import Telemetry
import Workloads

extension ModelValidation {
  /// Tables of the totals, of the caches, and of the samples.
  public var text: String {
    var lines = [
      "\(input) under \(policy)\(isCold ? ", from an empty machine" : ""): changes of slab memory since before the first "
        + "event (\(samples) samples)", "",
    ]
    var totals = AlignedTable(["", "peak change", "mean error", "worst error", "allowed", "within"])
    for (name, total) in [("networking caches", networking), ("all caches", all)] {
      totals.add([
        name, ModelValidation.size(total.peakBytes),
        ModelValidation.size(Int(total.error.mean)) + share(total, total.error.mean),
        ModelValidation.size(total.error.worst) + share(total, Double(total.error.worst)),
        ModelValidation.size(Int(total.allowedError)), total.isWithinBounds ? "yes" : "no",
      ])
    }
    lines += totals.lines + [""]
    var table = AlignedTable([
      "cache", "mean error", "worst error", "kernel peak", "model then", "allocations", "unseen frees",
    ])
    for cache in caches where cache.error.worst > 0 || cache.kernel.contains(where: { $0.bytes != 0 }) {
      let peak = cache.kernel.indices.max { abs(cache.kernel[$0].bytes) < abs(cache.kernel[$1].bytes) } ?? 0
      table.add([
        cache.cache + (cache.isNetworking ? " *" : ""), ModelValidation.size(Int(cache.error.mean)),
        ModelValidation.size(cache.error.worst), ModelValidation.size(cache.kernel[peak].bytes),
        ModelValidation.size(cache.model[peak].bytes), "\(cache.allocations)",
        "\(cache.unseen * 100 / max(1, cache.allocations))%",
      ])
    }
    lines += table.lines + ["* networking cache", ""]
    var moments = AlignedTable(["time", "kernel", "model", "error", "all: kernel", "model", "error"])
    for index in times.indices {
      moments.add(
        [String(format: "%.1f s", times[index])]
          + [networking, all].flatMap {
            [$0.kernelBytes[index], $0.modelBytes[index], $0.errorBytes[index]].map(ModelValidation.size)
          })
    }
    lines += moments.lines
    if let unseenFrees { lines += ["", ModelValidation.words(unseenFrees)] }
    if !unlisted.isEmpty { lines += ["", "not in slabinfo (merged or gone): \(unlisted.joined(separator: ", "))"] }
    return lines.joined(separator: "\n")
  }

  private func share(_ total: ValidatedTotal, _ bytes: Double) -> String {
    total.peakBytes >= ValidatedTotal.largeChange
      ? String(format: " (%.1f %%)", bytes * 100 / Double(total.peakBytes)) : ""
  }

  private static func size(_ bytes: Int) -> String {
    abs(bytes) >= 16 << 20 ? String(format: "%.1f MiB", Double(bytes) / 1048576) : "\(bytes / 1024) KiB"
  }

  /// Frees that a recording does not report, in a sentence.
  static func words(_ counts: UnseenFreeCounts) -> String {
    var text = "unseen frees: \(counts.byPair) with their companion, \(counts.byReconciliation) by reconciliation with "
    text += "active_objs"
    if counts.byReconciliation > 0 {
      let width = Double(counts.reconciledTicks) / Double(counts.byReconciliation) / 1e6
      text += String(format: " (known to %.2f s on average)", width)
    }
    text += ", \(counts.byAddress) when their address was allocated again; \(counts.ofResidents) frees of objects from "
    return text + "before the recording; \(counts.allocatorEvents) events of the allocator's own records not replayed"
  }

  /// A row a sample and cache, bytes and counts whole.
  public var csv: String {
    var lines = [
      "seconds,cache,networking,kernel_objects,model_objects,kernel_slabs,model_slabs,kernel_bytes,model_bytes,error_bytes"
    ]
    for index in times.indices {
      for cache in caches {
        let (kernel, model) = (cache.kernel[index], cache.model[index])
        let numbers = [
          kernel.objects, model.objects, kernel.slabs, model.slabs, kernel.bytes, model.bytes,
          abs(model.bytes - kernel.bytes),
        ]
        lines.append(
          String(format: "%.3f", times[index]) + ",\"\(cache.cache)\",\(cache.isNetworking),"
            + numbers.map(String.init).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A JSON object: totals, and every cache's change at each sample.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
