package import Profiles
import Recordings

/// Objects that a call site requests by size, with the range of their sizes.
package struct CallSiteDemand: Sendable, Hashable {
  /// Function and offset of the call site.
  package let name: String
  /// Figures of the objects. The peak is an upper bound if the call site requests several sizes.
  package let figures: AllocationFigures
  /// Smallest size in bytes.
  package let smallest: Int
  /// Largest size in bytes.
  package let largest: Int

  /// Whether all requests have the same size.
  package var isConstant: Bool { smallest == largest }

  /// Largest number of live objects; 0 if not known.
  package var peakLive: Int { min(figures.peakLiveObjects ?? 0, SizeDemand.mostObjects) }

  /// Mean lifetime of all objects in microseconds: the time that they were live inside the profile, by the number of objects. In
  /// events if the source has no clock. nil if no free was recorded.
  package var meanLifetime: Double? {
    figures.freeObjects > 0 && figures.allocObjects > 0
      ? Double(figures.liveObjectMicroseconds) / Double(figures.allocObjects) : nil
  }

  /// Returns the call sites that request objects by size, in the order of their names.
  ///
  /// The sizes of skb data are the needed sizes, if they are known. Call sites of the allocator itself are not included.
  static func all(in profile: AllocationProfile) -> [CallSiteDemand] {
    profile.rows(by: .site) { profile.size(of: $0) != nil }.compactMap { row in
      let sizes = row.contexts.compactMap { profile.size(of: profile.contexts[$0]) }
      guard let name = row.site, let smallest = sizes.min(), let largest = sizes.max(), row.figures.allocObjects > 0
      else { return nil }
      return CallSiteDemand(name: name, figures: row.figures, smallest: smallest, largest: largest)
    }
  }
}
