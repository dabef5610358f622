"""What each page of the staff desk shows, as frozen values, on the same terms as the client area's."""
