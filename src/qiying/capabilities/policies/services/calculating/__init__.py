"""What the calculator leaves behind: results shared without identity, minutes spent at the counter."""
