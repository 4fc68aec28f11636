import Foundation
import Telemetry

/// The slabs of the kernel that a recording was made on beside those of the replay, at one moment of the recording.
struct KernelComparison: Hashable {
  /// Bytes of the kernel's slabs; without those that it had before the first event, if the replay began on an empty machine.
  let kernelBytes: Int
  /// Bytes of the replay's slabs.
  let replayBytes: Int
  /// Whether the replay began on an empty machine.
  let isCold: Bool

  /// nil if the kernel's slabs are not known.
  init?(_ snapshot: Snapshot) {
    guard let bytes = snapshot.kernelSlabBytes else { return nil }
    kernelBytes = bytes - (snapshot.kernelSlabBytesNotReplayed ?? 0)
    replayBytes = snapshot.slabBytes
    isCold = snapshot.kernelSlabBytesNotReplayed != nil
  }

  /// Both figures, and how far the replay's is from the kernel's.
  var text: String {
    let text = "kernel \(Figures.unitBytes(kernelBytes)), replay \(Figures.unitBytes(replayBytes))"
    guard kernelBytes > 0 else { return text }
    let change = Double(replayBytes - kernelBytes) / Double(kernelBytes) * 100
    return text + String(format: " (%+.1f %%)", change)
  }
}
