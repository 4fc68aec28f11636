import Foundation
package import Telemetry

#if BPF
  internal import CBPF
#endif

/// Reads the slabs of all caches of the running kernel by list, page order and objects in use, with a BPF program
/// (Program/slab_walk.bpf.c). Nothing is traced, stopped or written; a look at some 240 caches takes well under a millisecond.
///
/// One thread at a time uses it.
package final class SlabWalker {
  private var reading = SlabWalkReading()
  private var bytes: [UInt8] = []
  /// Looks that were repeated because a cache was created or destroyed meanwhile.
  package private(set) var repeatedLooks = 0
  /// Walks of lists that were repeated because the list changed, in the last look.
  package var repeatedWalks: Int { reading.quality.repeats }
  /// Lists that changed during every walk of the last look: their figures are not exact.
  package var overtakenLists: Int { reading.quality.overtaken }
  /// The caches of the last look, in the kernel's order.
  package var caches: [SlabOccupancy] { reading.caches }

  /// Times that a look is taken in all, at most, if caches come and go meanwhile.
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

  /// Takes a look.
  /// - Returns: the caches that differ from those of the last look, by their place in `caches`.
  /// - Throws: `SlabWalkError`.
  package func update() throws(SlabWalkError) -> [Int] {
    #if BPF
      for attempt in 1...SlabWalker.attempts {
        try program.look(into: &bytes)
        do {
          return try reading.update(&bytes)
        } catch .cachesChanged where attempt < SlabWalker.attempts {
          repeatedLooks += 1
        } catch {
          throw SlabWalker.error(error)
        }
      }
    #endif
    return []
  }

  private static func error(_ mistake: SlabWalkReading.Mistake) -> SlabWalkError {
    switch mistake {
    case .cachesChanged: .refused(step: "finish", reason: "caches come and go too fast")
    case .slabsNotCounted: .slabsNotCounted
    case .malformed(let offset): .refused(step: "use", reason: "a record breaks off at byte \(offset)")
    }
  }
}
