import FoundationEssentials
import Profiles
import SlabEngine
import Synchronization

/// Merge of the profiles of many inputs, of which a thread holds one at a time: memory does not grow with their number.
///
/// Merging is associative and commutative, so that the result does not depend on the threads.
enum ProfileMerge {
  /// Largest number of threads. Each has a sum of its own and a profile that it reads.
  private static let mostThreads = 4

  /// State of a merge that the threads share.
  private struct State {
    var sum: AllocationProfile
    /// Object-microseconds of all profiles.
    var liveTime: Double
    /// Index of the first input that failed, and its error.
    var failure: (index: Int, error: any Error)?
    var done = 0
  }

  /// Returns the merge of the profiles of inputs.
  /// - Parameters:
  ///   - names: names of profiles and recordings.
  ///   - first: a profile to merge them with.
  ///   - progress: called on any thread with the number of inputs that are read.
  /// - Throws: the error of the first input that cannot be read, or a `Failure` if the sums are too large.
  static func profile(
    of names: [String], mergedWith first: AllocationProfile, progress: @escaping @Sendable (Int) -> Void
  ) throws -> AllocationProfile {
    let next = Atomic(0)
    let state = Mutex(State(sum: first, liveTime: liveTime(of: first)))
    let work: @Sendable () -> Void = {
      var sum = AllocationProfile.empty
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        // Inputs before one that failed are still read: the error may be that of one of them.
        guard index < names.count, state.withLock({ index < $0.failure?.index ?? .max }) else { break }
        do {
          let profile = try read(names[index])
          let added = liveTime(of: profile)
          let done = try state.withLock { state in
            state.liveTime += added
            state.done += 1
            guard state.liveTime < 0x1p62 else {
              throw Failure.failed(
                "the profiles cannot be merged: the sum of the times that their objects were live is too large")
            }
            return state.done
          }
          sum = sum.merged(with: profile)
          progress(done)
        } catch {
          state.withLock { state in
            if index < state.failure?.index ?? .max { state.failure = (index, error) }
          }
        }
      }
      state.withLock { $0.sum = $0.sum.merged(with: sum) }
    }
    let threads = max(1, min(names.count, mostThreads, ProcessInfo.processInfo.activeProcessorCount))
    let others = (1..<threads).map { _ in JoinableThread(work) }
    work()
    for thread in others { thread.join() }
    return try state.withLock { state in
      if let failure = state.failure { throw failure.error }
      return state.sum
    }
  }

  /// Returns the sum of the times that the objects of a profile were live, in microseconds.
  private static func liveTime(of profile: AllocationProfile) -> Double {
    profile.figures.reduce(0) { $0 + Double($1.liveObjectMicroseconds) }
  }

  /// Reads the profile of an input. A file named .slabprofile is decompressed here, not by another program; if it has
  /// another content, it is read as any input, with its errors.
  private static func read(_ name: String) throws -> AllocationProfile {
    if ProfileFormat(fileName: name) == .slabprofile, let bytes = try? InputFile(name).readAll(),
      let profile = try? AllocationProfile(fileContents: bytes, name: name)
    {
      return profile
    }
    return try Input(name).profile(name)
  }
}
