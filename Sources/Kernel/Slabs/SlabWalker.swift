import Foundation
package import Telemetry

#if BPF
  internal import CBPF
#endif

/// Reads the slabs of all caches of the running kernel by list, page order and objects in use, with a BPF program
/// (Program/slab_walk.bpf.c). Nothing is traced, stopped or written; a pass over some 240 caches takes well under a millisecond.
///
/// One thread at a time uses it.
package final class SlabWalker {
  private var reading = SlabWalkReading()
  private var bytes: [UInt8] = []
  /// Walks of lists that were repeated because the list changed, in the last pass.
  package var repeatedWalks: Int { reading.quality.repeats }
  /// Lists that changed during every walk of the last pass: the occupancy of their caches is not complete.
  package var inconsistentLists: Int { reading.quality.overtaken }
  /// References to all caches together: if a cache is merged into another, this changes.
  package var references: Int { reading.references }
  /// The caches of the last pass, in the kernel's order.
  package var caches: [SlabOccupancy] { reading.caches }

  /// Passes at most, if caches are created or destroyed during each.
  private static let attempts = 4

  #if BPF
    private let program: SlabWalkProgram

    /// Loads the program.
    /// - Throws: `SlabWalkError`.
    package init() throws(SlabWalkError) { program = try SlabWalkProgram() }
  #else
    /// - Throws: `SlabWalkError.notBuiltIn`.
    package init() throws(SlabWalkError) { throw .notBuiltIn }
  #endif

  /// Reads the slabs of all caches.
  /// - Returns: the caches that differ from those of the last pass, by their place in `caches`.
  /// - Throws: `SlabWalkError`.
  package func update() throws(SlabWalkError) -> [Int] {
    #if BPF
      for attempt in 1...SlabWalker.attempts {
        try program.read(into: &bytes)
        do {
          return try reading.update(&bytes)
        } catch .cachesChanged where attempt < SlabWalker.attempts {
          continue
        } catch {
          throw SlabWalker.error(error)
        }
      }
    #endif
    return []
  }

  private static func error(_ mistake: SlabWalkReading.Mistake) -> SlabWalkError {
    switch mistake {
    case .cachesChanged: .cachesChanged
    case .slabsNotCounted: .slabsNotCounted
    case .malformed(let offset): .refused(step: "run", reason: "its record at byte \(offset) is malformed")
    }
  }
}
