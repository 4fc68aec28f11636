/// Choice among the methods that observe the running kernel's traffic.
package enum KernelTrafficMethods {
  /// Starts to observe the traffic, by BPF if the kernel permits it, otherwise by tracefs; ``TrafficStatus/methodReason`` then has
  /// the reason.
  /// - Throws: `TrafficError` if neither method is possible.
  package static func open(_ options: TrafficOptions = TrafficOptions()) throws(TrafficError) -> any KernelTraffic {
    let problem: TrafficError
    do {
      return try TrafficWatcher(options)
    } catch {
      problem = error
    }
    do {
      return try TracedTraffic(options, becauseOf: problem.description)
    } catch {
      // Without the permission for either, the remedy is the same.
      if problem == .notPermitted { throw problem }
      throw error
    }
  }
}
