import TerminalUI

/// Positions of the dashboard and of the tour's pane: beside it on a wide screen, below it on others.
struct TourLayout: Hashable {
  /// The dashboard.
  let live: Rect
  /// The pane; empty without the tour, and on a screen that is too small for both.
  let pane: Rect

  /// Smallest width of a screen with the pane beside the dashboard.
  private static let wide = 132
  /// Width of the pane beside the dashboard, and its height below.
  private static let (paneWidth, paneHeight) = (48, 9)

  /// Whether the screen is too small for the dashboard and the pane.
  static func isTooSmall(_ size: Size) -> Bool { TourLayout(size, hasTour: true).pane.isEmpty }

  init(_ size: Size, hasTour: Bool) {
    let screen = Rect(size: size)
    let parts =
      size.width >= TourLayout.wide && size.height >= 24
      ? screen.columns([.share(1), .fixed(TourLayout.paneWidth)])
      : screen.rows([.share(1), .fixed(TourLayout.paneHeight)])
    let smallest = DashboardState.smallestSize
    let fits = parts[0].width >= smallest.width && parts[0].height >= smallest.height
    (live, pane) = hasTour && fits ? (parts[0], parts[1]) : (screen, Rect(x: 0, y: 0, width: 0, height: 0))
  }
}
