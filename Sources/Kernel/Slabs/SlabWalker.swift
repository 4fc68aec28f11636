import Glibc
package import Telemetry

#if BPF
  internal import CBPF
#endif

/// Reader of the slabs of all caches of the running kernel by list, page order and objects in use. A BPF program
/// (Program/slab_walk.bpf.c) walks the lists without locks and without writing. A pass over about 240 caches takes well under
/// a millisecond.
///
/// Only one thread at a time may use a walker.
package final class SlabWalker {
  private var reading = SlabWalkReading()
  private var bytes: [UInt8] = []
  /// Number of walks in the last pass that were repeated because the list changed.
  package var repeatedWalks: Int { reading.quality.repeatedWalks }
  /// Number of lists that changed during every walk of the last pass. The occupancy of their caches is not complete.
  package var inconsistentLists: Int { reading.quality.inconsistentLists }
  /// Sum of the references to all caches. It changes if a cache is merged into another.
  package var references: Int { reading.references }
  /// Caches of the last pass, in the kernel's order.
  package var caches: [SlabOccupancy] { reading.caches }

  /// Maximum number of passes if caches are created or destroyed during each pass.
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
  /// - Returns: Indices in `caches` of the caches that differ from the last pass.
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

  private static func error(_ failure: SlabWalkReading.Failure) -> SlabWalkError {
    switch failure {
    case .cachesChanged: .cachesChanged
    case .slabsNotCounted: .slabsNotCounted
    case .malformed(let offset): .refused(step: "run", reason: "its record at byte \(offset) is malformed")
    }
  }
}
