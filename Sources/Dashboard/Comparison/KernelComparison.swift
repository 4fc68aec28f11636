import Telemetry
import TextOutput

/// Slab memory of the recorded kernel and of the replay, at one time of the recording.
struct KernelComparison: Hashable {
  /// Bytes of the kernel's slabs; if the replay began on an empty machine, without those from before the first event.
  let kernelBytes: Int
  /// Bytes of the replay's slabs.
  let replayBytes: Int
  /// Whether the replay began on an empty machine.
  let isCold: Bool

  /// Compares the figures of a snapshot; nil if the kernel's slabs are not known.
  init?(_ snapshot: Snapshot) {
    guard let bytes = snapshot.kernelSlabBytes else { return nil }
    kernelBytes = bytes - (snapshot.kernelSlabBytesNotReplayed ?? 0)
    replayBytes = snapshot.slabBytes
    isCold = snapshot.kernelSlabBytesNotReplayed != nil
  }

  /// Both figures and the deviation of the replay in percent.
  var text: String {
    let text = "kernel \(NumberFormat.bytes(kernelBytes)), replay \(NumberFormat.bytes(replayBytes))"
    guard kernelBytes > 0 else { return text }
    let change = Double(replayBytes - kernelBytes) / Double(kernelBytes) * 100
    return text + String(printf: " (%+.1f %%)", change)
  }
}
