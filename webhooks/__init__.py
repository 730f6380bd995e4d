"""What happens here, told to other systems: signed requests, one for each event they want to hear of."""
